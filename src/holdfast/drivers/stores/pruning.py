"""Removing what is beyond its time from the tables; the ledger is not among them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    and_,
    delete,
    exists,
    func,
    inspect,
    or_,
    select,
)

from holdfast.drivers.stores.connect import reading
from holdfast.drivers.stores.event_transaction import SqlEventTransaction
from holdfast.drivers.stores.mask_tables import masks
from holdfast.drivers.stores.moments import naive
from holdfast.drivers.stores.tables import (
    decided,
    decisions,
    events,
    logs,
    runs,
    starts,
)
from holdfast.ports import PruningStore

_NAME = "pruned"
_SEGMENTS = "workflow_status"


class SqlPruning:
    """The database of a project, as whoever tidies it sees it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(self, before: datetime, keep: int, /) -> tuple[str, ...]:
        """Runs that ended before, oldest first; a called one goes after its caller."""
        place = func.row_number().over(
            partition_by=runs.c.workflow, order_by=runs.c.number.desc()
        )
        placed = select(runs.c.number, place.label("place")).subquery()
        older = select(placed.c.number).where(placed.c.place > keep)
        chosen = select(runs.c.id).where(_ended(before), runs.c.number.in_(older))
        return self._listed(chosen.order_by(runs.c.number))

    def forget_runs(self, gone: Sequence[str], /) -> int:
        """Remove the rows of runs and all that is kept beside them."""
        with self._engine.begin() as connection:
            for table in (logs, starts):
                connection.execute(delete(table).where(table.c.run.in_(gone)))
            mine = runs.c.id.in_(gone) & runs.c.ended.is_not(None)
            return connection.execute(delete(runs).where(mine)).rowcount

    def output(self, before: datetime, /) -> tuple[str, ...]:
        """Runs that ended before and whose output is kept still, oldest first."""
        kept = exists().where(logs.c.run == runs.c.id)
        chosen = select(runs.c.id).where(_ended(before), kept)
        return self._listed(chosen.order_by(runs.c.number))

    def forget_output(self, gone: Sequence[str], /) -> int:
        """Remove what the steps of runs printed; how many bytes."""
        size = self.size_of(gone)
        with self._engine.begin() as connection:
            connection.execute(delete(logs).where(logs.c.run.in_(gone)))
        return size

    def size_of(self, some: Sequence[str], /) -> int:
        """How many bytes the output of runs takes, compressed."""
        chosen = select(func.sum(func.length(logs.c.body))).where(logs.c.run.in_(some))
        with reading(self._engine) as connection:
            return int(connection.scalar(chosen) or 0)

    def decisions(self, before: datetime, /) -> tuple[int, ...]:
        """Decisions made before that nobody is asked about, oldest first."""
        old = and_(decisions.c.at < naive(before), decisions.c.open == 0)
        chosen = select(decisions.c.number).where(old)
        with reading(self._engine) as connection:
            found = connection.scalars(chosen.order_by(decisions.c.number))
            return tuple(found)

    def forget_decisions(self, numbers: Sequence[int], /) -> int:
        """Remove decisions and which events they were about."""
        with self._engine.begin() as connection:
            connection.execute(delete(decided).where(decided.c.decision.in_(numbers)))
            gone = delete(decisions).where(decisions.c.number.in_(numbers))
            return connection.execute(gone).rowcount

    def events(self, before: datetime, /) -> tuple[str, ...]:
        """Events from before that nothing rests on any more, oldest first."""
        rests = (
            exists()
            .where(decided.c.event == events.c.id)
            .where(decisions.c.number == decided.c.decision)
            .where(or_(decisions.c.at >= naive(before), decisions.c.open == 1))
        )
        chosen = select(events.c.id).where(
            events.c.at < naive(before), events.c.reacted == 1, ~rests
        )
        with reading(self._engine) as connection:
            held = frozenset(SqlEventTransaction(connection).held())
        found = self._listed(chosen.order_by(events.c.number))
        return tuple(one for one in found if one not in held)

    def forget_events(self, gone: Sequence[str], /) -> int:
        """Remove events."""
        with self._engine.begin() as connection:
            return connection.execute(
                delete(events).where(events.c.id.in_(gone))
            ).rowcount

    def _listed(self, chosen: Select[tuple[str]]) -> tuple[str, ...]:
        with reading(self._engine) as connection:
            return tuple(connection.scalars(chosen))

    def forget_idle(self, before: datetime, /) -> None:
        """Forget reactions that hold nothing and decided nothing since."""
        with self._engine.begin() as connection:
            SqlEventTransaction(connection).forget_idle(before)

    def forget_masks(self) -> None:
        """Forget what jobs of runs that have ended masked."""
        over = exists().where(runs.c.id == masks.c.run, runs.c.ended.is_(None))
        with self._engine.begin() as connection:
            connection.execute(delete(masks).where(~over))

    def has_segments(self) -> bool:
        """Whether the durable engine made its tables already."""
        look = inspect(self._engine)
        spaces = [None, *look.get_schema_names()]
        return any(look.has_table(_SEGMENTS, schema=space) for space in spaces)

    def is_open(self, run: str, /) -> bool:
        """Whether a run has not ended."""
        chosen = select(runs.c.id).where(runs.c.id == run, runs.c.ended.is_(None))
        with reading(self._engine) as connection:
            return connection.execute(chosen).first() is not None

    def take_turn(self, holder: str, now: datetime, every: float, /) -> bool:
        """Once in so many seconds it is somebody's turn; whether it is ours now."""
        until = now + timedelta(seconds=every)
        with self._engine.begin() as connection:
            transaction = SqlEventTransaction(connection)
            if not transaction.lead(_NAME, holder, now, until):
                return False
            last = transaction.mark(_NAME)
            if last is not None and now < last + timedelta(seconds=every):
                return False
            transaction.set_mark(_NAME, now)
            return True


def _ended(before: datetime) -> ColumnElement[bool]:
    """That a run ended before, and nobody who called it waits for it."""
    caller = runs.alias()
    length = func.length(caller.c.id)
    waits = exists().where(
        caller.c.ended.is_(None),
        func.substr(runs.c.parent, 1, length + 1) == caller.c.id + "/",
    )
    return and_(runs.c.ended < naive(before), ~waits)


_: type[PruningStore] = SqlPruning
