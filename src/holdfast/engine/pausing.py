"""
Pauses of schedules and rules: said by people, kept in the ledger.

What is paused is named by its subject: a schedule ``workflows/nightly.yaml/0``, a rule by
its file. The ledger says who paused it and why; a mark in the database says when the pause
ends, so that whoever starts runs has one row to look at.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from holdfast.engine.journal import moment
from holdfast.model import Attributes, Entry, Event, Pause
from holdfast.ports import EventTransaction, RunTransaction

_MARK = "paused/"
_CHANGED = "pauses"
_OPEN = datetime(9999, 1, 1, tzinfo=UTC)
"""When a pause ends that nobody has set an end to."""


def pause(
    runs: RunTransaction,
    events: EventTransaction,
    subjects: Collection[str],
    said: Pause,
) -> None:
    """Let nothing of these start by itself; one that is paused already is paused anew."""
    until = moment(said.until) if said.until else ""
    for subject in subjects:
        body: Attributes = {"subject": subject, "why": said.why, "until": until}
        runs.append(
            [Entry(Event.PAUSED, actor=said.by, at=moment(said.since), body=body)]
        )
        events.set_mark(f"{_MARK}{subject}", said.until or _OPEN)
    _tell(events, said.since)


def resume(
    runs: RunTransaction,
    events: EventTransaction,
    subjects: Collection[str],
    actor: str,
    why: str,
    now: datetime,
) -> bool:
    """End the pauses of these; whether one of them was paused."""
    paused = [subject for subject in subjects if is_paused(events, subject, now)]
    for subject in paused:
        body: Attributes = {"subject": subject, "why": why}
        runs.append([Entry(Event.UNPAUSED, actor=actor, at=moment(now), body=body)])
        events.set_mark(f"{_MARK}{subject}", now)
    _tell(events, now)
    return bool(paused)


def is_paused(events: EventTransaction, subject: str, now: datetime) -> bool:
    """Whether a pause of it is in force."""
    end = events.mark(f"{_MARK}{subject}")
    return end is not None and end > now


def ends_of_pauses(events: EventTransaction) -> Mapping[str, datetime]:
    """When the last pause of everything that was ever paused ends or ended."""
    found = events.marks(_MARK)
    return {name.removeprefix(_MARK): end for name, end in found.items()}


def changed(events: EventTransaction) -> datetime | None:
    """A moment that is another one whenever somebody has paused or resumed something."""
    return events.mark(_CHANGED)


def pauses_in(entries: Iterable[Entry], now: datetime) -> Mapping[str, Pause]:
    """Every pause in force, by what it is of, from the ledger's entries, oldest first."""
    found: dict[str, Pause] = {}
    for entry in entries:
        subject, at = str(entry.body["subject"]), _moment(entry.at)
        before = found.pop(subject, None)
        if entry.event is Event.PAUSED:
            goes_on = before is not None and (before.until is None or before.until > at)
            since = before.since if before is not None and goes_on else at
            until = _moment(str(entry.body["until"])) if entry.body["until"] else None
            found[subject] = Pause(entry.actor, str(entry.body["why"]), since, until)
    return {
        subject: one
        for subject, one in found.items()
        if one.until is None or one.until > now
    }


def _tell(events: EventTransaction, now: datetime) -> None:
    """Let those see it who keep in mind what is paused."""
    before = changed(events)
    later = now if before is None else max(now, before + timedelta(microseconds=1))
    events.set_mark(_CHANGED, later)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
