"""A look into a database without opening it: nothing is made, nothing is migrated."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect

from holdfast.drivers.stores.database import Database
from holdfast.drivers.stores.outbox import SqlOutbox
from holdfast.drivers.stores.outbox_tables import outbox
from holdfast.drivers.stores.secrets import SqlSecrets
from holdfast.drivers.stores.tables import secret_versions
from holdfast.model import Event
from holdfast.ports import OutboxSheet


def names_of_secrets(path: Path, url: str = "") -> tuple[str, ...]:
    """
    The names of the secrets that are kept; none where there is no database yet.

    Raises ``HoldfastError`` when it cannot be asked.
    """
    if not url and not path.exists():
        return ()
    with _looking(path, url) as engine:
        if not inspect(engine).has_table(secret_versions.name):
            return ()
        return SqlSecrets(engine).names()


def sheet_of_outbox(
    path: Path, url: str, now: datetime, told: Collection[Event]
) -> OutboxSheet:
    """
    How the way out stands; as an empty one does where there is no database yet.

    Raises ``HoldfastError`` when it cannot be asked.
    """
    if not url and not path.exists():
        return OutboxSheet()
    with _looking(path, url) as engine:
        if not inspect(engine).has_table(outbox.name):
            return OutboxSheet()
        return SqlOutbox(engine).sheet(now, told)


@contextmanager
def _looking(path: Path, url: str) -> Iterator[Engine]:
    engine = Database(path, url).engine()
    try:
        yield engine
    finally:
        engine.dispose()
