"""What people did beside runs, as the ledger has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.model import Entry, Event

ACTS: Mapping[Event, str] = {
    Event.CLAIMED: "claimed {key}",
    Event.RELEASED: "released {key}",
    Event.DRAINED: "drained {worker}",
    Event.UNDRAINED: "gave {worker} work again",
    Event.TRUST_GIVEN: "let {workflow} act again",
    Event.BREAKER_CLOSED: "let {name} try again on {target}",
    Event.LETTER_RETRIED: "sent {letter} to {to} again",
    Event.LETTER_DROPPED: "gave up {letter} to {to}",
}
"""Sorts of entries that are acts, in words."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did; ``why`` is empty when no reason was given."""

    at: str
    actor: str
    what: str
    why: str


def acts_in(entries: Iterable[Entry]) -> tuple[Act, ...]:
    """The acts among some entries; what belongs to a run is none."""
    return tuple(
        Act(
            at=entry.at,
            actor=entry.actor,
            what=ACTS[entry.event].format_map(entry.body),
            why=str(entry.body.get("why") or ""),
        )
        for entry in entries
        if entry.event in ACTS and not entry.run
    )
