"""Why a thing is as it is, and what became of a run: read from entries, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.model import Address, Attributes, Change, Entry, Event
from holdfast.record.intents import change_of
from holdfast.record.story import RunStory, story_of


@dataclass(frozen=True, slots=True)
class Cause:
    """One change that was made or tried: in which run, for whom, let through by what."""

    run: str
    at: str
    actor: str
    why: str
    change: Change
    ended: Event | None
    rules: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    verified: bool | None = None
    broken: str = ""
    """Who passed windows and freezes by breaking the glass, and why."""
    said: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WhyAddress:
    """Everything that made a thing as it is, the newest first."""

    address: Address
    causes: tuple[Cause, ...]
    declared: str = ""


@dataclass(frozen=True, slots=True)
class WhyRun:
    """What a run was for, what let it through, and what became of each change."""

    story: RunStory
    why: str
    rules: tuple[str, ...]
    approvals: tuple[str, ...]
    verified: bool | None
    causes: tuple[Cause, ...]
    broken: str = ""


def causes_of(entries: Sequence[Entry]) -> tuple[Cause, ...]:
    """Every change of one run's entries, in order, with what is known of the run."""
    ends = {e.address: e for e in entries if e.address and e.event in _ENDS}
    started, judged = _body(entries, Event.RUN_STARTED), _body(entries, Event.JUDGED)
    return tuple(
        Cause(
            run=entry.run,
            at=entry.at,
            actor=entry.actor,
            why=str(started.get("why", "")),
            change=change_of(entry),
            ended=ends[entry.address].event if entry.address in ends else None,
            rules=tuple(judged.get("rules", ())),
            approvals=tuple(judged.get("approvals", ())),
            verified=_verified(entries, entry.address),
            broken=str(judged.get("broken", "")),
            said=ends[entry.address].body if entry.address in ends else {},
        )
        for entry in entries
        if entry.event is Event.INTENDED
    )


def why_run(entries: Sequence[Entry]) -> WhyRun | None:
    """What became of a run, ``None`` when these entries are not one."""
    story = story_of(entries)
    if story is None:
        return None
    judged = _body(entries, Event.JUDGED)
    return WhyRun(
        story=story,
        why=str(_body(entries, Event.RUN_STARTED).get("why", "")),
        rules=tuple(judged.get("rules", ())),
        approvals=tuple(judged.get("approvals", ())),
        verified=_verified(entries, None),
        causes=causes_of(entries),
        broken=str(judged.get("broken", "")),
    )


_ENDS = {
    Event.SUCCEEDED,
    Event.FAILED,
    Event.SKIPPED,
    Event.UNREACHABLE,
    Event.IN_DOUBT,
    Event.RESOLVED,
}


def _body(entries: Sequence[Entry], event: Event) -> Mapping[str, Any]:
    return next((entry.body for entry in entries if entry.event is event), {})


def _verified(entries: Sequence[Entry], address: Address | None) -> bool | None:
    """Whether a look afterwards found it held; ``None`` when nobody looked."""
    body = _body(entries, Event.VERIFIED)
    if not body:
        return None
    if address is None:
        return bool(body["holds"])
    return str(address) not in body["remaining"]
