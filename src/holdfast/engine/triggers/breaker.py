"""When a remediation that does not help stops trying, and when it may try again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from math import floor

from holdfast.declare import Storm, lasting
from holdfast.engine.triggers.decision import after

_LONGEST_PAUSE = 86_400
_HELPS_NOT_FOR_LONG = 2
"""So many times the allowed attempts, though each helped, are too many as well."""


class Circuit(Enum):
    """Whether a remediation may run: yes, no, or once to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One run of a workflow on a target.

    ``passed``: its verify passed; false also for runs that failed or were stopped;
    ``None`` while it is at work or in doubt. ``at`` is its end, or its begin without one.
    """

    at: datetime
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether the next run may start, why, since and until when."""

    circuit: Circuit
    reason: str
    until: datetime | None = None
    since: datetime | None = None

    @property
    def lets_through(self) -> bool:
        """Whether a run may start."""
        return self.circuit is not Circuit.OPEN


@dataclass(frozen=True, slots=True)
class _Count:
    """What past attempts add up to."""

    failed: tuple[datetime, ...] = ()
    """Since the last one that passed."""
    opened: datetime | None = None
    openings: int = 0


def breaker(attempts: Sequence[Attempt], limits: Storm, now: datetime) -> Breaker:
    """
    Whether a workflow may run once more on a target.

    After ``limits.attempts`` runs within ``limits.within`` seconds of which none passed it
    opens. It lets one run through after as long a time, twice as long after each run that
    did not help again, a day at most; a run that passes closes it. It opens
    too when twice as many runs passed in that time: each helped, none for long.
    """
    ended = sorted((one for one in attempts if one.passed is not None), key=_moment)
    working = sum(1 for one in attempts if one.passed is None)
    count = _Count()
    for attempt in ended:
        count = _counted(count, attempt, limits)
    if count.opened is not None:
        return _after_opening(count, count.opened, working, limits, now)
    recent = [at for at in count.failed if after(at, limits.within) > now]
    if working and len(recent) + working >= limits.attempts:
        reason = f"{len(recent)} attempts failed and {working} at work"
        return Breaker(Circuit.OPEN, reason)
    return _flapping(ended, limits, now) or Breaker(
        Circuit.CLOSED,
        f"{len(recent)} of {limits.attempts} attempts within {lasting(limits.within)}",
    )


@dataclass(frozen=True, slots=True)
class Budget:
    """Whether one more target may be touched, why, and when that changes."""

    allowed: bool
    reason: str
    until: datetime | None = None


def budget(
    touched: Mapping[str, datetime],
    target: str,
    limits: Storm,
    group: int,
    now: datetime,
) -> Budget:
    """
    Whether ``max_share`` or ``max_targets`` of a group of hosts leave room for a target.

    ``touched`` says when each target was touched last; what is longer ago than
    ``limits.within`` seconds does not count, and a target counts once.
    """
    most = _most(limits, group)
    if most is None:
        return Budget(allowed=True, reason="there is no limit")
    recent = {
        name: after(at, limits.within)
        for name, at in touched.items()
        if name != target and after(at, limits.within) > now
    }
    span = lasting(limits.within)
    if len(recent) < most:
        reason = f"{len(recent)} of {most} targets touched within {span}"
        return Budget(allowed=True, reason=reason)
    reason = f"{len(recent)} targets touched within {span}, {most} of {group} allowed"
    return Budget(
        allowed=False, reason=reason, until=min(recent.values(), default=None)
    )


def _moment(attempt: Attempt) -> datetime:
    return attempt.at


def _counted(count: _Count, attempt: Attempt, limits: Storm) -> _Count:
    if attempt.passed:
        return _Count()
    failed = (*count.failed, attempt.at)
    if count.opened is not None:
        tried = attempt.at >= after(count.opened, _pause(count, limits))
        return _Count(failed, attempt.at, count.openings + tried)
    recent = [at for at in failed if after(at, limits.within) > attempt.at]
    if len(recent) >= limits.attempts:
        return _Count(failed, attempt.at, 1)
    return _Count(failed)


def _pause(count: _Count, limits: Storm) -> int:
    """How long it stays open; the doubling stops before the numbers get silly."""
    doubled = min(max(count.openings - 1, 0), 20)
    return min(int(limits.within * 2**doubled), max(_LONGEST_PAUSE, limits.within))


def _after_opening(
    count: _Count, opened: datetime, working: int, limits: Storm, now: datetime
) -> Breaker:
    until = after(opened, _pause(count, limits))
    tried = f"{len(count.failed)} attempts and no verify passed"
    if now < until:
        return Breaker(Circuit.OPEN, tried, until, opened)
    if working:
        return Breaker(Circuit.OPEN, f"{tried}; one more is at work", since=opened)
    return Breaker(Circuit.HALF_OPEN, f"{tried}; one more may try", since=opened)


def _flapping(ended: Sequence[Attempt], limits: Storm, now: datetime) -> Breaker | None:
    most = _HELPS_NOT_FOR_LONG * limits.attempts
    recent = [one.at for one in ended if after(one.at, limits.within) > now]
    if len(recent) < most:
        return None
    reason = f"{len(recent)} runs within {lasting(limits.within)}: none helps for long"
    until = after(recent[-most], limits.within)
    return Breaker(Circuit.OPEN, reason, until, recent[-1])


def _most(limits: Storm, group: int) -> int | None:
    """The stricter of both limits; a share is rounded down, but allows one."""
    found = [limits.max_targets] if limits.max_targets is not None else []
    share = limits.max_share
    if isinstance(share, str):
        part = int(share.removesuffix("%"))
        found.append(max(1, floor(part * group / 100)) if part else 0)
    elif share is not None:
        found.append(share)
    return min(found, default=None)
