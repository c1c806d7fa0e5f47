"""What happened outside and what was decided about it, beside the runs."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, Select, func, or_, select

from holdfast.drivers.stores.connect import connection_of, glancing, reading, writing
from holdfast.drivers.stores.event_rows import decision_of, event_of
from holdfast.drivers.stores.event_transaction import SqlEventTransaction
from holdfast.drivers.stores.moments import aware, naive
from holdfast.drivers.stores.statements import about
from holdfast.drivers.stores.tables import decided, decisions, events, reactions
from holdfast.model import Occurrence
from holdfast.ports import DecisionRow, EventStore, EventTransaction, RunTransaction

_MANY = 500


class SqlEvents:
    """Events in the database of the runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[EventTransaction]:
        """Begin a transaction; on SQLite it is the only one that writes."""
        with writing(self._engine) as connection:
            yield SqlEventTransaction(connection)

    @contextmanager
    def looking(self) -> Iterator[EventTransaction]:
        """Begin a transaction that only reads; it waits for nobody."""
        with reading(self._engine) as connection:
            yield SqlEventTransaction(connection)

    def within(self, transaction: RunTransaction, /) -> EventTransaction:
        """Take part in a transaction of runs; raises ``TypeError`` for a foreign one."""
        return SqlEventTransaction(connection_of(transaction))

    def events(
        self, sort: str = "", limit: int = 50, before: str = ""
    ) -> tuple[Occurrence, ...]:
        """Occurrences, newest first, of one type or source."""
        chosen = select(events).order_by(events.c.number.desc()).limit(limit)
        if sort:
            chosen = chosen.where(or_(events.c.type == sort, events.c.source == sort))
        if before:
            last = select(events.c.number).where(events.c.id == before)
            chosen = chosen.where(events.c.number < last.scalar_subquery())
        with reading(self._engine) as connection:
            return tuple(event_of(row) for row in connection.execute(chosen))

    def event(self, event: str, /) -> Occurrence | None:
        """One occurrence."""
        with glancing(self._engine) as connection:
            row = connection.execute(select(events).where(events.c.id == event)).first()
            return event_of(row) if row else None

    def all(self) -> Iterator[Occurrence]:
        """Every occurrence in the order in which they were kept; no lock is held."""
        last = 0
        while True:
            chosen = select(events).where(events.c.number > last)
            with reading(self._engine) as connection:
                some = connection.execute(
                    chosen.order_by(events.c.number).limit(_MANY)
                ).all()
            yield from map(event_of, some)
            if len(some) < _MANY:
                return
            last = some[-1].number

    def decisions(
        self,
        events: Collection[str] | None = None,
        workflow: str = "",
        since: datetime | None = None,
        limit: int = 1000,
        slot: str = "",
    ) -> tuple[DecisionRow, ...]:
        """Decisions, newest first."""
        chosen = select(decisions).order_by(decisions.c.number.desc()).limit(limit)
        if events is not None:
            mine = select(decided.c.decision).where(decided.c.event.in_(list(events)))
            chosen = chosen.where(decisions.c.number.in_(mine))
        if workflow:
            chosen = chosen.where(decisions.c.workflow == workflow)
        if since is not None:
            chosen = chosen.where(decisions.c.at >= naive(since))
        if slot:
            chosen = chosen.where(decisions.c.key.startswith(slot, autoescape=True))
        return self._decisions(chosen)

    def decision(self, number: int, /) -> DecisionRow | None:
        """One decision."""
        found = self._decisions(select(decisions).where(decisions.c.number == number))
        return next(iter(found), None)

    def opened(self) -> tuple[DecisionRow, ...]:
        """Decisions that wait for something, oldest first."""
        chosen = select(decisions).where(decisions.c.open == 1)
        return self._decisions(chosen.order_by(decisions.c.number))

    def version(self) -> str:
        """The newest event and decision, and how much waits for something."""
        asked = select(
            select(func.max(events.c.number)).scalar_subquery(),
            select(func.max(decisions.c.number)).scalar_subquery(),
            select(func.count()).where(decisions.c.open == 1).scalar_subquery(),
        )
        with reading(self._engine) as connection:
            found = connection.execute(asked).one()
        return "-".join(str(number or 0) for number in found)

    def wakes(self) -> datetime | None:
        """The next moment at which something has to be decided though nothing comes."""
        soonest = select(func.min(reactions.c.due))
        with glancing(self._engine) as connection:
            found: datetime | None = connection.scalar(soonest)
        return aware(found)

    def _decisions(self, chosen: Select[tuple[object, ...]]) -> tuple[DecisionRow, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(chosen).all()
            named = about(connection, [row.number for row in rows])
        return tuple(decision_of(row, named.get(row.number, ())) for row in rows)


_: type[EventStore] = SqlEvents
