"""What becomes of occurrences that fit: started, held back, swallowed, or over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

from holdfast.model import Occurrence

TROUBLE = frozenset({"alert", "drift"})
"""Types of what begins and ends; its end starts only who waits for it."""


class Verb(Enum):
    """What is decided."""

    START = "start"
    HOLD = "hold"
    SWALLOW = "swallow"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Decision:
    """
    One decision about some occurrences, by their ids, oldest first.

    ``at`` is the moment it belongs to, however late it was made; ``until`` is when a held
    one is decided at the latest, or when a swallowed one would not have been.
    """

    verb: Verb
    reason: str
    at: datetime
    of: tuple[str, ...]
    until: datetime | None = None


History: TypeAlias = Sequence[Occurrence | Decision]
"""Occurrences and the decisions about them, in the order in which they were stored."""


@dataclass(frozen=True, slots=True)
class Held:
    """An occurrence that waits, and since when."""

    occurrence: Occurrence
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand after a history: a ``HOLD`` is about what is new to be held."""

    held: tuple[Held, ...] = ()
    new: tuple[Occurrence, ...] = ()
    """Those nothing is decided about."""
    started: datetime | None = None
    """When the last start was."""
    last: datetime | None = None
    """When the last decision was; nothing is decided before it any more."""

    def then(self, decision: Decision) -> "Standing":
        """How things stand after one more decision."""
        about = set(decision.of)
        held = tuple(one for one in self.held if one.occurrence.id not in about)
        if decision.verb is Verb.HOLD:
            joined = (one for one in self.new if one.id in about)
            held = (*self.held, *(Held(one, decision.at) for one in joined))
        started = decision.at if decision.verb is Verb.START else self.started
        new = tuple(one for one in self.new if one.id not in about)
        return Standing(held, new, started, decision.at)


def standing(history: History) -> Standing:
    """Read a history."""
    occurrences = [item for item in history if isinstance(item, Occurrence)]
    decisions = [item for item in history if isinstance(item, Decision)]
    latest: dict[str, Verb] = {}
    first: dict[str, datetime] = {}
    for decision in decisions:
        for name in decision.of:
            latest[name] = decision.verb
            first.setdefault(name, decision.at)
    starts = [made.at for made in decisions if made.verb is Verb.START]
    return Standing(
        held=tuple(
            Held(one, first[one.id])
            for one in occurrences
            if latest.get(one.id) is Verb.HOLD
        ),
        new=tuple(one for one in occurrences if one.id not in latest),
        started=starts[-1] if starts else None,
        last=decisions[-1].at if decisions else None,
    )


def compact(history: History) -> tuple[Occurrence | Decision, ...]:
    """The shortest history with which everything goes on the same."""
    now = standing(history)
    open_ = {held.occurrence.id for held in now.held} | {one.id for one in now.new}
    decisions = [item for item in history if isinstance(item, Decision)]
    starts = [item for item in decisions if item.verb is Verb.START]
    kept = {id(item) for item in (*starts[-1:], *decisions[-1:])}
    return tuple(
        item
        for item in history
        if (
            item.id in open_
            if isinstance(item, Occurrence)
            else id(item) in kept or not open_.isdisjoint(item.of)
        )
    )


def names(held: Iterable[Held]) -> tuple[str, ...]:
    """The ids of what is held."""
    return tuple(one.occurrence.id for one in held)


def after(moment: datetime, seconds: float) -> datetime:
    """A moment so many seconds later."""
    return moment + timedelta(seconds=seconds)
