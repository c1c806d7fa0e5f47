"""Trust in rules, kept in the ledger: taken by what went wrong, given back by people."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from holdfast.declare import Autonomy, Workflow
from holdfast.engine.journal import moment
from holdfast.engine.triggers.trust import Trust, Turn, trust_of
from holdfast.model import Attributes, Entry, Event
from holdfast.ports import EventTransaction, RunTransaction

_MARK = "distrusted/"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def autonomy_of(events: EventTransaction, flow: Workflow) -> Autonomy:
    """What a rule may do now: what it declares, unless trust in it was lost."""
    if flow.autonomy != "act":
        return flow.autonomy
    return "propose" if is_distrusted(events, flow.file) else "act"


def is_distrusted(events: EventTransaction, rule: str) -> bool:
    """Whether a rule, by its file, lost the trust of acting by itself."""
    at = events.mark(f"{_MARK}{rule}")
    return at is not None and at != _NEVER


def take_trust(
    runs: RunTransaction, events: EventTransaction, rule: str, why: str, now: datetime
) -> bool:
    """Let a rule propose from now on, and say why; whether it was trusted until now."""
    if is_distrusted(events, rule):
        return False
    runs.append([_entry(Event.TRUST_LOST, rule, why, "holdfast", now)])
    events.set_mark(f"{_MARK}{rule}", now)
    return True


def give_trust(
    runs: RunTransaction, events: EventTransaction, rule: str, given: Turn
) -> bool:
    """Let a rule act again as it declares; whether it was distrusted until now."""
    if not is_distrusted(events, rule):
        return False
    entry = _entry(given.event, rule, given.why, given.by, given.at)
    body = {**entry.body, "record": given.record}
    runs.append([replace(entry, body=body)])
    events.set_mark(f"{_MARK}{rule}", _NEVER)
    return True


def trust_in(entries: Iterable[Entry], rule: str) -> Trust:
    """How a rule stands, from the ledger's entries about trust, oldest first."""
    return trust_of(list(_turns(entries, rule)))


def _turns(entries: Iterable[Entry], rule: str) -> Iterator[Turn]:
    for entry in entries:
        if entry.body.get("workflow") == rule:
            at = datetime.fromisoformat(entry.at).astimezone(UTC)
            said = entry.body.get("record")
            record = tuple(map(str, said)) if isinstance(said, tuple | list) else ()
            yield Turn(entry.event, at, entry.actor, str(entry.body["why"]), record)


def _entry(event: Event, rule: str, why: str, actor: str, now: datetime) -> Entry:
    body: Attributes = {"workflow": rule, "why": why}
    return Entry(event=event, actor=actor, at=moment(now), body=body)
