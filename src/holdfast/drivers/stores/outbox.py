"""The outbox beside the ledger, and what each channel was told."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from holdfast.drivers.stores.connect import connection_of, reading
from holdfast.drivers.stores.event_transaction import SqlEventTransaction
from holdfast.drivers.stores.ledger_rows import entries_of
from holdfast.drivers.stores.moments import aware, naive
from holdfast.drivers.stores.outbox_tables import cursors, outbox, threads
from holdfast.drivers.stores.statements import insert_new, is_resolved, write
from holdfast.drivers.stores.tables import ledger
from holdfast.model import Entry, Event
from holdfast.ports import (
    Letter,
    OutboxSheet,
    OutboxStore,
    OutboxTransaction,
    RunTransaction,
    Scrubbable,
    Thread,
)

_NAME = "outbox"
_WAITS = outbox.c.state == "waiting"
_OVER = ("sent", "dropped")

_SEEN = select(cursors.c.sequence).where(cursors.c.name == _NAME)
_NEWEST = select(func.max(ledger.c.sequence))
_DUE = select(outbox.c.number).where(_WAITS, outbox.c.due <= bindparam("now")).limit(1)
_HELD = select(threads).where(threads.c.due <= bindparam("now")).order_by(threads.c.due)
_OPEN = select(threads.c.cause).where(threads.c.open == 1).limit(1)
_OF_CAUSE = (
    select(threads)
    .where(threads.c.cause == bindparam("named"))
    .order_by(threads.c.opened)
)
_FIRST = (
    select(ledger)
    .where(ledger.c.run == bindparam("of"))
    .order_by(ledger.c.sequence)
    .limit(1)
)
"""What is asked again and again: written once, worked out once."""


class SqlOutbox:
    """The outbox in the database of the ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[OutboxTransaction]:
        """Begin a transaction; on SQLite it is the only one that writes."""
        with self._engine.begin() as connection:
            yield SqlOutboxTransaction(connection)

    def within(self, transaction: RunTransaction, /) -> OutboxTransaction:
        """Take part in a transaction of runs; raises ``TypeError`` for a foreign one."""
        return SqlOutboxTransaction(connection_of(transaction))

    def sheet(self, now: datetime, told: Collection[Event], /) -> OutboxSheet:
        """How the way out stands."""
        failing = _WAITS & (outbox.c.attempts > 0)
        stands = case((failing, "failing"), else_=outbox.c.state).label("stands")
        counts = (
            select(outbox.c.to, stands, func.count().label("letters"))
            .group_by(outbox.c.to, "stands")
            .order_by(outbox.c.to, "stands")
        )
        oldest = select(func.min(outbox.c.at)).where(_WAITS)
        due = select(func.min(outbox.c.due)).where(_WAITS, outbox.c.due <= naive(now))
        with reading(self._engine) as connection:
            rows = connection.execute(counts).all()
            known = SqlOutboxTransaction(connection)
            seen = known.seen()
            unread = known.entries(seen, told, 1) if seen is not None else ()
            late = [datetime.fromisoformat(one.at) for one in unread]
            late += [aware(at) for at in (connection.scalar(due),) if at]
            waits = connection.scalar(oldest)
        return OutboxSheet(
            counts=tuple((row.to, row.stands, row.letters) for row in rows),
            age=(now - aware(waits)).total_seconds() if waits else 0.0,
            late=max((now - min(late)).total_seconds(), 0.0) if late else 0.0,
        )

    def busy(self, now: datetime, /) -> bool:
        """Whether there is anything to do; asks without waiting for writers."""
        moment = {"now": naive(now)}
        with reading(self._engine) as connection:
            known = SqlOutboxTransaction(connection)
            if (seen := known.seen()) is None or known.newest() > seen:
                return True
            return any(connection.execute(one, moment).first() for one in (_DUE, _HELD))

    def letters(
        self, states: Collection[str] = (), limit: int = 100, before: int = 0
    ) -> tuple[Letter, ...]:
        """Letters, newest first."""
        chosen = select(outbox).order_by(outbox.c.number.desc()).limit(limit)
        if states:
            chosen = chosen.where(outbox.c.state.in_(list(states)))
        if before:
            chosen = chosen.where(outbox.c.number < before)
        with reading(self._engine) as connection:
            return _letters(connection, chosen)

    def letter(self, number: int, /) -> Letter | None:
        """One letter."""
        with reading(self._engine) as connection:
            chosen = select(outbox).where(outbox.c.number == number)
            return next(iter(_letters(connection, chosen)), None)

    def count(self, state: str, /) -> int:
        """How many letters are in a state."""
        chosen = select(func.count()).where(outbox.c.state == state)
        with reading(self._engine) as connection:
            return connection.scalar(chosen) or 0

    def scrub(self, clean: Callable[[bytes], bytes], /) -> tuple[str, ...]:
        """Rewrite whatever ``clean`` changes in letters and in what is held back."""
        changed: list[str] = []
        with self._engine.begin() as connection:
            for row in connection.execute(select(outbox)).all():
                texts = {n: getattr(row, n) for n in ("what", "body", "answer")}
                fresh = {name: _cleaned(text, clean) for name, text in texts.items()}
                if fresh != texts:
                    mine = outbox.c.number == row.number
                    connection.execute(update(outbox).where(mine).values(fresh))
                    changed.append(f"outbox m{row.number}")
            for row in connection.execute(select(threads)).all():
                texts = {n: getattr(row, n) for n in ("held", "note")}
                fresh = {name: _cleaned(text, clean) for name, text in texts.items()}
                if fresh != texts:
                    mine = (threads.c.channel == row.channel) & (
                        threads.c.cause == row.cause
                    )
                    connection.execute(update(threads).where(mine).values(fresh))
                    changed.append(f"thread {row.channel} {row.cause}")
        return tuple(changed)


class SqlOutboxTransaction:
    """Reads and writes over one connection; who began it commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lead(self, name: str, holder: str, now: datetime, until: datetime, /) -> bool:
        """Take or renew a lease; false when somebody else has it."""
        events = SqlEventTransaction(self._connection)
        return events.lead(name, holder, now, until)

    def seen(self) -> int | None:
        """The number of the last entry of the ledger that was looked at."""
        return self._connection.scalar(_SEEN)

    def see(self, sequence: int, /) -> None:
        """Everything up to an entry was looked at."""
        write(self._connection, cursors, {"name": _NAME, "sequence": sequence})

    def newest(self) -> int:
        """The number of the newest entry of the ledger."""
        return self._connection.scalar(_NEWEST) or 0

    def entries(
        self, after: int, events: Collection[Event], limit: int, /
    ) -> tuple[Entry, ...]:
        """Entries of some sorts after a number, oldest first."""
        words = [event.value for event in events]
        chosen = select(ledger).where(ledger.c.sequence > after)
        chosen = chosen.where(ledger.c.event.in_(words))
        chosen = chosen.order_by(ledger.c.sequence).limit(limit)
        return self._entries(self._connection.execute(chosen).all())

    def first(self, run: str, /) -> Entry | None:
        """The entry a run began with."""
        found = self._connection.execute(_FIRST, {"of": run}).all()
        return next(iter(self._entries(found)), None)

    def doubts(self, run: str, /) -> int:
        """How many changes of a run are in doubt and not decided."""
        chosen = select(func.count()).where(
            ledger.c.run == run,
            ledger.c.event == Event.IN_DOUBT.value,
            ~is_resolved(),
        )
        return self._connection.scalar(chosen) or 0

    def put(self, letters: Iterable[Letter], /) -> int:
        """Keep letters that are new by their key; how many were."""
        return sum(
            insert_new(self._connection, outbox, _values(letter)) for letter in letters
        )

    def save(self, letters: Iterable[Letter], /) -> None:
        """Write down what became of letters, by their number."""
        for letter in letters:
            mine = outbox.c.number == letter.number
            self._connection.execute(update(outbox).where(mine).values(_values(letter)))

    def letter(self, number: int, /) -> Letter | None:
        """One letter, that nobody else changes until this transaction ends."""
        chosen = select(outbox).where(outbox.c.number == number).with_for_update()
        return next(iter(_letters(self._connection, chosen)), None)

    def due(
        self, now: datetime, limit: int, /, *, early: bool = False
    ) -> tuple[Letter, ...]:
        """Letters whose moment has come, oldest first."""
        come = outbox.c.due <= naive(now)
        wanted = or_(come, outbox.c.attempts == 0) if early else come
        chosen = select(outbox).where(_WAITS, wanted).order_by(outbox.c.number)
        return _letters(self._connection, chosen.limit(limit))

    def fresh(self, to: str, /) -> tuple[Letter, ...]:
        """Every letter for one channel that waits, oldest first."""
        chosen = select(outbox).where(_WAITS, outbox.c.to == to)
        return _letters(self._connection, chosen.order_by(outbox.c.number).limit(500))

    def threads(self, cause: str, /) -> tuple[Thread, ...]:
        """Threads of a cause, or of those that begin so."""
        if cause.endswith("/"):
            begins = threads.c.cause.startswith(cause, autoescape=True)
            chosen = select(threads).where(begins).order_by(threads.c.opened)
            found = self._connection.execute(chosen)
        else:
            found = self._connection.execute(_OF_CAUSE, {"named": cause})
        return tuple(map(_thread, found))

    def any_open(self) -> bool:
        """Whether any cause is still open for anybody."""
        return self._connection.scalar(_OPEN) is not None

    def held(self, now: datetime, /) -> tuple[Thread, ...]:
        """Threads whose kept back message is due."""
        return tuple(map(_thread, self._connection.execute(_HELD, {"now": naive(now)})))

    def put_thread(self, thread: Thread, /) -> None:
        """Write down what a channel was told."""
        write(self._connection, threads, _thread_values(thread))

    def forget(self, before: datetime, /) -> int:
        """Remove what was sent or given up, and what was closed, before a moment."""
        old = naive(before)
        gone = self._connection.execute(
            delete(outbox).where(outbox.c.state.in_(_OVER), outbox.c.at < old)
        ).rowcount
        over = (threads.c.open == 0) & (threads.c.closed < old)
        self._connection.execute(delete(threads).where(over))
        return gone

    def _entries(self, rows: Sequence[Row[Any]]) -> tuple[Entry, ...]:
        return tuple(entries_of(self._connection, rows))


def _letters(connection: Connection, chosen: Select[Any]) -> tuple[Letter, ...]:
    return tuple(_letter(row) for row in connection.execute(chosen))


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        key=row.key,
        to=row.to,
        sort=row.sort,
        what=row.what,
        body=json.loads(row.body),
        at=aware(row.at),
        due=aware(row.due),
        state=row.state,
        attempts=row.attempts,
        answer=row.answer,
        tried=aware(row.tried),
        number=row.number,
    )


def _values(letter: Letter) -> dict[str, Any]:
    """A letter as its row holds it, without the number."""
    return {
        "key": letter.key,
        "to": letter.to,
        "sort": letter.sort,
        "what": letter.what,
        "body": json.dumps(dict(letter.body), ensure_ascii=False),
        "at": naive(letter.at),
        "due": naive(letter.due),
        "state": letter.state,
        "attempts": letter.attempts,
        "answer": letter.answer,
        "tried": naive(letter.tried),
    }


def _thread(row: Row[Any]) -> Thread:
    return Thread(
        channel=row.channel,
        cause=row.cause,
        open=bool(row.open),
        told=bool(row.told),
        opened=aware(row.opened),
        closed=aware(row.closed),
        count=row.times,
        due=aware(row.due),
        held=json.loads(row.held),
        note=row.note,
    )


def _thread_values(thread: Thread) -> dict[str, Any]:
    return {
        "channel": thread.channel,
        "cause": thread.cause,
        "open": int(thread.open),
        "told": int(thread.told),
        "opened": naive(thread.opened),
        "closed": naive(thread.closed),
        "times": thread.count,
        "due": naive(thread.due),
        "held": json.dumps(dict(thread.held), ensure_ascii=False),
        "note": thread.note,
    }


def _cleaned(text: str, clean: Callable[[bytes], bytes]) -> str:
    return clean(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


_: type[OutboxStore] = SqlOutbox
_s: type[Scrubbable] = SqlOutbox
_t: type[OutboxTransaction] = SqlOutboxTransaction
