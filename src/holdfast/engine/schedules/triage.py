"""What becomes of runs that were missed, and of runs that meet the one before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from holdfast.declare import CatchUp, Overlap, Schedule, lasting
from holdfast.model.moments import stamp

_Verb: TypeAlias = Literal["run", "skip", "ask"]

GRACE = 60
"""Seconds that a run may be late and still count as on time."""


@dataclass(frozen=True, slots=True)
class Triaged:
    """One moment, what becomes of it, and why."""

    moment: datetime
    verb: _Verb
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a run does that is due while others are there."""

    verb: Literal["start", "skip", "queue", "cancel"]
    reason: str


def triage(
    schedule: Schedule,
    moments: Sequence[datetime],
    now: datetime,
    is_open: Callable[[datetime], bool] | None = None,
    paused_until: datetime | None = None,
) -> tuple[Triaged, ...]:
    """
    Decide about every moment that was due and did not start, oldest first.

    What is on time runs. What was missed goes by ``catch_up``, and never runs while the
    window is closed (``is_open`` of now) or more than ``not_after`` seconds late: then it
    is skipped, except that ``last`` asks a person about the newest. What was due before
    ``paused_until`` was missed, however short ago that is.
    """
    ordered = sorted(moments)
    return tuple(
        _decided(
            schedule,
            moment,
            now,
            is_open,
            newest=moment == ordered[-1],
            paused=paused_until is not None and moment <= paused_until,
        )
        for moment in ordered
    )


def meet(
    policy: Overlap, running: Sequence[str], queued: Sequence[str] = ()
) -> Meeting:
    """
    What a run does that is due while others of its schedule run or wait, by their ids.

    With ``queue`` one waits at a time: more of them would only do the same again.
    """
    others = ", ".join(running)
    if not running or policy == "allow":
        return Meeting(
            "start", "nothing is in its way" if not running else "may overlap"
        )
    if policy == "cancel-running":
        return Meeting("cancel", f"{others} makes room for the newer one")
    if policy == "queue" and not queued:
        return Meeting("queue", f"it waits for {others}")
    if policy == "queue":
        return Meeting("skip", f"{', '.join(queued)} waits already")
    return Meeting("skip", f"{others} is still running")


def run_key(file: str, number: int, moment: datetime) -> str:
    """
    The name of a scheduled run: the same whoever starts it, so it starts once.

    ``file`` is the workflow's, ``number`` that of the schedule in it, from 0 on.
    """
    return f"sched-{file}-{number}-{stamp(moment)}"


def _decided(
    schedule: Schedule,
    moment: datetime,
    now: datetime,
    is_open: Callable[[datetime], bool] | None,
    *,
    newest: bool,
    paused: bool,
) -> Triaged:
    late = int((now - moment).total_seconds())
    if late <= GRACE and not paused:
        return Triaged(moment, "run", "on time")
    if schedule.catch_up == "last" and not newest:
        verb, why = _SKIP, "a newer one stands for it"
    elif schedule.catch_up != "skip" and is_open is not None and not is_open(now):
        verb, why = _SKIP, "its window is closed now"
    elif schedule.not_after is not None and late > schedule.not_after:
        verb = _TOO_LATE[schedule.catch_up]
        why = f"not_after is {lasting(schedule.not_after)}"
    else:
        verb, why = _MISSED[schedule.catch_up], f"catch_up is {schedule.catch_up}"
    how = "missed by a pause" if paused else "missed"
    return Triaged(moment, verb, f"{how} {lasting(late)} ago; {why}")


_SKIP: _Verb = "skip"
_MISSED: Mapping[CatchUp, _Verb] = {
    "skip": "skip",
    "last": "run",
    "all": "run",
    "ask": "ask",
}
_TOO_LATE: Mapping[CatchUp, _Verb] = {
    "skip": "skip",
    "last": "ask",
    "all": "skip",
    "ask": "skip",
}
