"""Planning the steps of a job before people are asked: a look, which changes nothing."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from holdfast.declare import Step
from holdfast.engine.runs.job_state import Fate, StepAt, StepEnd

PLANS = "holdfast/plan"
"""The built-in action that plans what ``holdfast/apply`` would apply."""

OUTPUT = "plan"

_FIRST = -1_000_000_000
"""Looks are numbered below every attempt, so that what they print comes first."""

_LOOKS = 1_000

_CUT_OFF = 3


class LookError(ValueError):
    """What a job would change cannot be told; the message says why."""


def look(
    ats: Iterable[StepAt], perform: Callable[[StepAt], Fate]
) -> dict[str, Mapping[str, Any]]:
    """
    What each of some steps would change, by the step's id.

    One that is cut off is asked again. Raises ``LookError``.
    """
    return {at.step.id: _look(at, perform) for at in ats}


def attempt_of(segment: int, number: int) -> int:
    """The number a look of a segment has as an attempt, none the same as another's."""
    return _FIRST + (segment * _LOOKS + number % _LOOKS) * _CUT_OFF


def nothing_to_change() -> StepEnd:
    """The end of a look that found everything as declared."""
    return StepEnd("success", outputs={OUTPUT: "{}"})


def planning(step: Step) -> Step:
    """The step that only plans what this one would do."""
    return replace(step, uses=PLANS, check=None, undo=None)


def _look(at: StepAt, perform: Callable[[StepAt], Fate]) -> Mapping[str, Any]:
    for number in range(_CUT_OFF):
        end = perform(replace(at, attempt=at.attempt + number))
        if isinstance(end, StepEnd):
            return _found(at, end)
    message = f"planning {at.step.id} was cut off {_CUT_OFF} times"
    raise LookError(message)


def _found(at: StepAt, end: StepEnd) -> Mapping[str, Any]:
    if end.outcome != "success":
        said = "; ".join(str(note.get("text", "")) for note in end.annotations)
        message = f"{at.step.id} could not be planned: {said or end.why}"
        raise LookError(message)
    found: Mapping[str, Any] = json.loads(end.outputs.get(OUTPUT, "{}"))
    return found
