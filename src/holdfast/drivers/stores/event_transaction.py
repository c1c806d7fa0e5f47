"""One transaction over events, decisions and leases, on any database."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from holdfast.drivers.stores.event_rows import (
    decision_of,
    decision_values,
    event_of,
    event_values,
    reaction_of,
    start_of,
)
from holdfast.drivers.stores.moments import aware, naive
from holdfast.drivers.stores.run_rows import run_of
from holdfast.drivers.stores.statements import about, insert_new, write
from holdfast.drivers.stores.tables import (
    decided,
    decisions,
    events,
    leases,
    marks,
    reactions,
    refs,
    runs,
    starts,
)
from holdfast.model import Occurrence, State
from holdfast.ports import (
    CauseRow,
    DecisionRow,
    EventTransaction,
    ReactionRow,
    RunRow,
    StartRow,
)

_REACTED = "reacted"
_MANY = 500
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_WAITING = (
    select(events)
    .where(events.c.reacted == 0)
    .order_by(events.c.number)
    .limit(bindparam("most"))
)
_REACTED_TO = (
    update(events)
    .where(events.c.id == bindparam("of"), events.c.reacted == 0)
    .values(
        reacted=1,
        cause_run=bindparam("run"),
        cause_workflow=bindparam("flow"),
        cause_certain=bindparam("certain"),
    )
)
_REACTION = select(reactions).where(
    reactions.c.workflow == bindparam("flow"), reactions.c.key == bindparam("named")
)
_START = select(starts).where(starts.c.key == bindparam("named"))
_PUT_START = insert(starts)
_RUNNING = (
    select(runs.c.id)
    .join(starts, starts.c.run == runs.c.id)
    .where(runs.c.state.in_([state.value for state in State if not state.is_end]))
    .where(runs.c.ended.is_(None))
    .where(starts.c.workflow == bindparam("of"), starts.c.slot == bindparam("named"))
    .order_by(runs.c.number)
)
_OPENED = select(decisions).where(decisions.c.open == 1).order_by(decisions.c.number)
_OPENED_OF = _OPENED.where(
    decisions.c.workflow == bindparam("of"), decisions.c.key == bindparam("named")
)
_DECIDE = insert(decisions).returning(decisions.c.number)
_NAMED = marks.c.name == bindparam("named")
_MARK = select(marks.c.at).where(_NAMED)
_MOVE_MARK = update(marks).where(_NAMED).values(at=bindparam("moment"))
_LOCKED = _MARK.with_for_update()
"""What is asked for every event: written once, worked out once."""

_LEASE = select(leases).where(leases.c.name == bindparam("named")).with_for_update()


class SqlEventTransaction:
    """Reads and writes over one connection; who began it commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lead(self, name: str, holder: str, now: datetime, until: datetime, /) -> bool:
        """
        Take, renew or shorten a lease; its row stays locked until the end.

        One that still lasts more than half as long as asked is left as it is. One that
        lasts more than twice as long was written before the clock was set back: who holds
        it would have renewed it.
        """
        fresh = {"name": name, "holder": holder, "until": naive(until)}
        row = self._connection.execute(_LEASE, {"named": name}).first()
        if row is None:
            if insert_new(self._connection, leases, fresh):
                return True
            row = self._connection.execute(_LEASE, {"named": name}).one()
        left, wanted = aware(row.until) - now, until - now
        if row.holder == holder and wanted >= left > wanted / 2:
            return True
        is_left_behind = left > 2 * wanted > timedelta()
        if row.holder != holder and left > timedelta() and not is_left_behind:
            return False
        self._connection.execute(
            update(leases).where(leases.c.name == name).values(fresh)
        )
        return True

    def take(self, occurrences: Sequence[Occurrence], /) -> tuple[Occurrence, ...]:
        """Keep what is new, by id, and not as older than what was reacted to."""
        earliest = self._locked_mark(_REACTED)
        kept = []
        for occurrence in occurrences:
            placed = replace(occurrence, at=max(occurrence.at, earliest))
            if insert_new(self._connection, events, event_values(placed)):
                kept.append(placed)
        return tuple(kept)

    def waiting(self, limit: int, /) -> tuple[Occurrence, ...]:
        """Occurrences nobody has reacted to yet, oldest first."""
        rows = self._connection.execute(_WAITING, {"most": limit})
        return tuple(event_of(row) for row in rows)

    def reacted(self, event: str, cause: CauseRow | None, /) -> bool:
        """Note that this was reacted to; whether it had not been."""
        told = cause or CauseRow("", "", certain=False)
        values = {
            "of": event,
            "run": told.run,
            "flow": told.workflow,
            "certain": int(told.certain),
        }
        return self._connection.execute(_REACTED_TO, values).rowcount > 0

    def cause(self, event: str, /) -> CauseRow | None:
        """The run that made it happen."""
        row = self._connection.execute(
            select(events).where(events.c.id == event, events.c.cause_run != "")
        ).first()
        if row is None:
            return None
        return CauseRow(row.cause_run, row.cause_workflow, bool(row.cause_certain))

    def caused(self) -> tuple[str, ...]:
        """Every occurrence that some run made happen, oldest first."""
        chosen = select(events.c.id).where(events.c.cause_run != "")
        return tuple(self._connection.scalars(chosen.order_by(events.c.number)))

    def occurrences(self, events_: Collection[str], /) -> tuple[Occurrence, ...]:
        """Some occurrences by their ids, oldest first."""
        if not events_:
            return ()
        chosen = select(events).where(events.c.id.in_(list(events_)))
        rows = self._connection.execute(chosen.order_by(events.c.number))
        return tuple(event_of(row) for row in rows)

    def reaction(self, workflow: str, key: str, /) -> ReactionRow | None:
        """How far a workflow is with a key."""
        named = {"flow": workflow, "named": key}
        row = self._connection.execute(_REACTION, named).first()
        return reaction_of(row) if row else None

    def due(self, now: datetime, /) -> tuple[ReactionRow, ...]:
        """Reactions whose moment has come, oldest first."""
        chosen = select(reactions).where(reactions.c.due <= naive(now))
        order = (reactions.c.due, reactions.c.workflow, reactions.c.key)
        rows = self._connection.execute(chosen.order_by(*order))
        return tuple(reaction_of(row) for row in rows)

    def save(self, row: ReactionRow, /) -> None:
        """Write down how far a workflow is; nothing is left when that is nowhere."""
        if not row.history:
            same = (reactions.c.workflow == row.workflow) & (reactions.c.key == row.key)
            self._connection.execute(delete(reactions).where(same))
        else:
            values = {
                "workflow": row.workflow,
                "key": row.key,
                "trigger": row.trigger,
                "due": naive(row.due),
                "history": json.dumps(list(row.history), ensure_ascii=False),
            }
            write(self._connection, reactions, values)

    def held(self) -> list[str]:
        """Occurrences that some reaction still counts."""
        return [
            str(item["event"])
            for row in self._connection.execute(select(reactions))
            for item in reaction_of(row).history
            if "event" in item
        ]

    def forget_idle(self, before: datetime) -> None:
        """Forget reactions that hold nothing and decided nothing since a moment."""
        for row in map(reaction_of, self._connection.execute(select(reactions)).all()):
            moments = [item["at"] for item in row.history if "at" in item]
            idle = all(datetime.fromisoformat(at) < before for at in moments)
            if row.due is None and idle:
                self.save(replace(row, history=()))

    def decide(self, row: DecisionRow, /) -> int:
        """Write a decision down; its number."""
        made = self._connection.execute(_DECIDE, decision_values(row))
        number = int(made.scalar_one())
        named = [
            {"decision": number, "place": place, "event": event}
            for place, event in enumerate(row.of)
        ]
        if named:
            self._connection.execute(insert(decided), named)
        return number

    def settle(self, row: DecisionRow, /) -> None:
        """Write down what became of a decision."""
        change = update(decisions).where(decisions.c.number == row.number)
        self._connection.execute(change.values(decision_values(row)))

    def opened(self, workflow: str = "", key: str = "") -> tuple[DecisionRow, ...]:
        """Decisions that wait for something, oldest first."""
        chosen = _OPENED_OF if workflow else _OPENED
        asked = {"of": workflow, "named": key} if workflow else {}
        rows = self._connection.execute(chosen, asked).all()
        named = about(self._connection, [row.number for row in rows])
        return tuple(decision_of(row, named.get(row.number, ())) for row in rows)

    def start(self, key: str, /) -> StartRow | None:
        """The run that was started under a name."""
        row = self._connection.execute(_START, {"named": key}).first()
        return start_of(row) if row else None

    def started(self, row: StartRow, /) -> None:
        """Write a start down."""
        values = {
            "key": row.key,
            "run": row.run,
            "workflow": row.workflow,
            "slot": row.slot,
            "at": naive(row.at),
            "target": row.target,
            "event": row.event,
        }
        self._connection.execute(_PUT_START, values)

    def started_by(self, run: str, /) -> StartRow | None:
        """How a run was started."""
        row = self._connection.execute(
            select(starts).where(starts.c.run == run)
        ).first()
        return start_of(row) if row else None

    def starts(
        self, since: datetime, workflow: str = "", slot: str = "", target: str = ""
    ) -> tuple[StartRow, ...]:
        """Starts since a moment, oldest first."""
        chosen = select(starts).where(starts.c.at >= naive(since))
        wanted = {"workflow": workflow, "slot": slot, "target": target}
        for name, value in wanted.items():
            if value:
                chosen = chosen.where(starts.c[name] == value)
        rows = self._connection.execute(chosen.order_by(starts.c.at, starts.c.key))
        return tuple(start_of(row) for row in rows)

    def running(self, workflow: str, slot: str, /) -> tuple[str, ...]:
        """Runs that were started under a slot and have not ended, oldest first."""
        asked = {"of": workflow, "named": slot}
        return tuple(self._connection.scalars(_RUNNING, asked))

    def ended(self, since: datetime, /) -> tuple[RunRow, ...]:
        """Runs of workflows that ended since a moment, first ended first."""
        chosen = select(runs).where(runs.c.ended >= naive(since))
        rows = self._connection.execute(chosen.order_by(runs.c.ended, runs.c.number))
        return tuple(run_of(row) for row in rows)

    def marks(self, prefix: str, /) -> Mapping[str, datetime]:
        """Every moment under a name that begins like this."""
        chosen = select(marks).where(marks.c.name.startswith(prefix, autoescape=True))
        return {row.name: aware(row.at) for row in self._connection.execute(chosen)}

    def mark(self, name: str, /) -> datetime | None:
        """A moment that was written down."""
        found = self._connection.scalar(_MARK, {"named": name})
        return aware(found)

    def marks_of(self, names: Collection[str], /) -> Mapping[str, datetime]:
        """The moments under some names, in one look."""
        chosen = select(marks).where(marks.c.name.in_(list(names)))
        return {row.name: aware(row.at) for row in self._connection.execute(chosen)}

    def set_mark(self, name: str, at: datetime, /) -> None:
        """Write a moment down."""
        fresh = {"name": name, "at": naive(at)}
        if not insert_new(self._connection, marks, fresh):
            moved = {"named": name, "moment": naive(at)}
            self._connection.execute(_MOVE_MARK, moved)

    def set_marks(self, names: Collection[str], at: datetime, /) -> None:
        """Write one moment down under many names, some hundreds at a time."""
        listed = list(names)
        for first in range(0, len(listed), _MANY):
            some = listed[first : first + _MANY]
            self._connection.execute(delete(marks).where(marks.c.name.in_(some)))
            rows = [{"name": name, "at": naive(at)} for name in some]
            self._connection.execute(insert(marks), rows)

    def newest(self, source: str, type_: str, subject: str, /) -> Occurrence | None:
        """The last occurrence of a source and type about a subject."""
        chosen = select(events).where(
            events.c.source == source,
            events.c.type == type_,
            events.c.subject == subject,
        )
        row = self._connection.execute(
            chosen.order_by(events.c.number.desc()).limit(1)
        ).first()
        return event_of(row) if row else None

    def states(self, since: datetime, workflow: str, /) -> Mapping[str, int]:
        """How many runs that events started are in which state."""
        chosen = (
            select(runs.c.state, func.count().label("many"))
            .join(starts, starts.c.run == runs.c.id)
            .where(starts.c.workflow == workflow, starts.c.event != "")
            .where(starts.c.at >= naive(since))
            .group_by(runs.c.state)
        )
        return {row.state: row.many for row in self._connection.execute(chosen)}

    def refs(self, repository: str, /) -> Mapping[str, str]:
        """The commits the refs of a polled repository pointed to."""
        chosen = select(refs).where(refs.c.repository == repository)
        return {row.ref: row.commit for row in self._connection.execute(chosen)}

    def set_refs(self, repository: str, known: Mapping[str, str], /) -> None:
        """Write down where the refs point to now; others are forgotten."""
        self._connection.execute(delete(refs).where(refs.c.repository == repository))
        rows = [
            {"repository": repository, "ref": ref, "commit": commit}
            for ref, commit in known.items()
        ]
        if rows:
            self._connection.execute(insert(refs), rows)

    def _locked_mark(self, name: str) -> datetime:
        """A mark that nobody moves before this transaction ends."""
        named = {"named": name}
        found: datetime | None = self._connection.scalar(_LOCKED, named)
        if found is None:
            insert_new(self._connection, marks, {"name": name, "at": naive(_LONG_AGO)})
            found = self._connection.execute(_LOCKED, named).scalar_one()
        return aware(found)


_: type[EventTransaction] = SqlEventTransaction
