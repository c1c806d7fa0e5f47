"""
What has to come together before something starts.

A gathering looks at what is held, oldest first, the newest having just come, and says
whether that is enough; and what becomes of it when its time is over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from holdfast.declare import lasting
from holdfast.engine.triggers.decision import (
    Decision,
    Held,
    Verb,
    after,
    names,
)
from holdfast.model import Occurrence


class Gathering(Protocol):
    """One way to gather."""

    @property
    def forgets(self) -> bool:
        """Whether an alert that is over counts no more."""
        ...

    def came(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """The decision about these, the last of which is new."""
        ...

    def ends(self, held: Sequence[Held], /) -> datetime:
        """When these are decided at the latest."""
        ...

    def ended(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """The decision when that moment has come."""
        ...


@dataclass(frozen=True, slots=True)
class Each:
    """Each occurrence starts."""

    forgets: bool = True

    def came(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Start."""
        return Decision(Verb.START, "it fits", now, names(held))

    def ends(self, held: Sequence[Held], /) -> datetime:
        """At once."""
        return held[0].since

    def ended(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Start."""
        return self.came(held, now)


@dataclass(frozen=True, slots=True)
class OnceAfter:
    """One start for all that came in so many seconds from the first on."""

    seconds: int
    forgets: bool = True

    def came(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Wait for more."""
        until = self.ends(held)
        reason = f"{len(held)} held; one start for all after {lasting(self.seconds)}"
        return Decision(Verb.HOLD, reason, now, names(held[-1:]), until)

    def ends(self, held: Sequence[Held], /) -> datetime:
        """So many seconds after the first."""
        return after(held[0].since, self.seconds)

    def ended(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Start once."""
        reason = f"{len(held)} came within {lasting(self.seconds)}"
        return Decision(Verb.START, reason, now, names(held))


@dataclass(frozen=True, slots=True)
class Accumulate:
    """A start when so many came within so many seconds, whichever these are."""

    seconds: int
    threshold: int
    forgets: bool = False
    """An alert that came and went three times has come three times."""

    def came(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Start when there are enough."""
        many = f"{len(held)} of {self.threshold} within {lasting(self.seconds)}"
        if len(held) >= self.threshold:
            return Decision(Verb.START, many, now, names(held))
        return Decision(Verb.HOLD, many, now, names(held[-1:]), self.ends(held))

    def ends(self, held: Sequence[Held], /) -> datetime:
        """When the oldest does not count any more."""
        return after(held[0].since, self.seconds)

    def ended(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Forget those that are too old."""
        return _forgotten(held, self.seconds, self.threshold, now)


@dataclass(frozen=True, slots=True)
class Together:
    """
    ``all`` conditions are met within so many seconds, or ``not_all`` of them are.

    ``met`` gives the numbers of the conditions an occurrence meets, of ``count``. With
    ``all`` the last to come starts. With ``not_all`` the first one to come opens the time,
    and its end starts unless all others came.
    """

    mode: Literal["all", "not_all"]
    count: int
    seconds: int
    met: Callable[[Occurrence], frozenset[int]]
    forgets: bool = True

    def came(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """Decide when all conditions are met, else wait."""
        found = self._met(held)
        many = f"{len(found)} of {self.count} conditions met"
        if len(found) == self.count:
            verb = Verb.START if self.mode == "all" else Verb.CLOSE
            reason = f"{many} within {lasting(self.seconds)}"
            return Decision(verb, reason, now, names(held))
        return Decision(Verb.HOLD, many, now, names(held[-1:]), self.ends(held))

    def ends(self, held: Sequence[Held], /) -> datetime:
        """So many seconds after the oldest."""
        return after(held[0].since, self.seconds)

    def ended(self, held: Sequence[Held], now: datetime, /) -> Decision:
        """What did not come: for ``not_all`` that is what was waited for."""
        if self.mode == "all":
            return _forgotten(held, self.seconds, self.count, now)
        missing = sorted(set(range(self.count)) - self._met(held))
        which = ", ".join(str(number + 1) for number in missing)
        reason = f"condition {which} was not met within {lasting(self.seconds)}"
        return Decision(Verb.START, reason, now, names(held))

    def _met(self, held: Sequence[Held]) -> frozenset[int]:
        return frozenset(number for one in held for number in self.met(one.occurrence))


def _forgotten(
    held: Sequence[Held], seconds: int, wanted: int, now: datetime
) -> Decision:
    """Swallow those whose time is over; the others go on counting."""
    old = [one for one in held if after(one.since, seconds) <= now]
    reason = f"only {len(held)} of {wanted} came within {lasting(seconds)}"
    return Decision(Verb.SWALLOW, reason, now, names(old))
