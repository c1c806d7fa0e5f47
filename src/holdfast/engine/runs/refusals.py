"""What cannot be done to a run, and what to do instead."""

from collections.abc import Sequence

from holdfast.problems import Problem


def nothing_asked(run: str, job: str) -> Problem:
    """Nobody asked what became of a step."""
    return Problem(
        code="engine.nothing-asked",
        summary=f"Nothing of {job} in {run} is in doubt",
        next_step=f"See the run: holdfast why {run}",
    )


def no_gate(run: str, job: str) -> Problem:
    """Nobody asked for a yes."""
    return Problem(
        code="engine.no-gate",
        summary=f"{job} of {run} waits for nobody's word",
        detail="It has begun, has ended, or was never asked for. Nothing was recorded.",
        next_step=f"See the run: holdfast why {run}",
    )


def moved(run: str, job: str, said: str, now: str) -> Problem:
    """What was looked at is not what is there any more."""
    return Problem(
        code="engine.gate-moved",
        summary=f"What {job} of {run} asks for has moved",
        detail=f"Your word was for {said}; it is now {now}. Nothing was recorded.",
        next_step=f"Look at it again: holdfast status {run}",
    )


def may_not(run: str, job: str, why: str) -> Problem:
    """The person's word does not count here."""
    return Problem(
        code="engine.may-not-decide",
        summary=f"That word does not count for {job} of {run}",
        detail=f"{why}. Nothing was recorded.",
        next_step=f"See who may: holdfast status {run}. A server knows you by "
        "HOLDFAST_TOKEN.",
    )


def too_late(run: str, job: str, expires: str) -> Problem:
    """Nobody said enough in time: that was the answer."""
    return Problem(
        code="engine.too-late",
        summary=f"The gate of {job} in {run} is closed",
        detail=f"It was open until {expires}; silence is a no. Nothing was recorded.",
        next_step=f"Start it anew: holdfast run --again {run}",
    )


def said_already(run: str, job: str, actor: str) -> Problem:
    """One person is one yes."""
    return Problem(
        code="engine.said-already",
        summary=f"{actor} has said yes to {job} of {run} already",
        detail="One person counts once. Nothing was recorded.",
        next_step=f"See who else may: holdfast status {run}",
    )


def no_reason(command: str) -> Problem:
    """A decision needs a reason; ``command`` is what it was said with."""
    return Problem(
        code="engine.no-reason",
        summary="A decision needs a reason",
        detail="It is kept with the run, for whoever asks later. Nothing was recorded.",
        next_step=f"holdfast {command} --why TEXT",
    )


def not_closed(run: str, jobs: Sequence[str]) -> Problem:
    """No job, or more than one, waits for a window or a freeze."""
    which = ", ".join(jobs)
    return Problem(
        code="engine.not-closed",
        summary=f"{run} has {len(jobs)} jobs that a window or a freeze holds back",
        detail=f"Held back: {which or 'none'}. Nothing was recorded.",
        next_step=f"holdfast break-glass {run} JOB --why TEXT"
        if jobs
        else f"See what it waits for: holdfast why {run}",
    )
