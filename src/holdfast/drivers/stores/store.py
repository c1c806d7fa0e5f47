"""One database for a project: ledger, contents, claims, runs, events and secrets."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from holdfast.drivers.stores.claims import SqlClaims
from holdfast.drivers.stores.contents import SqlContents
from holdfast.drivers.stores.database import Database
from holdfast.drivers.stores.events import SqlEvents
from holdfast.drivers.stores.ledger import SqlLedger
from holdfast.drivers.stores.masks import SqlMasks
from holdfast.drivers.stores.migrate import migrate
from holdfast.drivers.stores.outbox import SqlOutbox
from holdfast.drivers.stores.pruning import SqlPruning
from holdfast.drivers.stores.runs import SqlRuns
from holdfast.drivers.stores.secrets import SqlSecrets


@dataclass(frozen=True, slots=True)
class Store:
    """What is kept of a project."""

    ledger: SqlLedger
    contents: SqlContents
    claims: SqlClaims
    runs: SqlRuns
    events: SqlEvents
    outbox: SqlOutbox
    secrets: SqlSecrets
    masks: SqlMasks
    pruning: SqlPruning
    engine: Engine
    database: Database

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_store(path: Path, url: str = "") -> Store:
    """
    Open or make the database: PostgreSQL at ``url``, else a file only its owner can read.

    Raises ``HoldfastError`` (``store.damaged``, ``store.read-only``, ``store.full``,
    ``store.newer``, ``store.url``, ``store.unreachable``).
    """
    database = Database(path, url)
    engine = database.engine()
    try:
        with engine.begin() as connection:
            migrate(connection, str(database))
    except BaseException:
        engine.dispose()
        raise
    ledger = SqlLedger(engine)
    return Store(
        ledger=ledger,
        contents=SqlContents(engine, path.parent / "key"),
        claims=SqlClaims(engine),
        runs=SqlRuns(engine, ledger),
        events=SqlEvents(engine),
        outbox=SqlOutbox(engine),
        secrets=SqlSecrets(engine),
        masks=SqlMasks(engine),
        pruning=SqlPruning(engine),
        engine=engine,
        database=database,
    )
