"""
Which steps of a run were taken back before. Pure.

Jobs and steps of what takes a run back are named after what they take back.
"""

import re
from collections.abc import Collection, Mapping

from holdfast.declare import Workflow
from holdfast.model import RunView

Back = Mapping[tuple[str, int], str]
"""What took steps back, the run, by job and the step's number; ``WHOLE``: all of it."""

WHOLE = -1
"""Stands for the steps of a job that called another workflow."""

_NAME = re.compile(r"undo-(\d+|all)(-\d+)?")


def undo_job(key: str, keys: Collection[str]) -> str:
    """What the job is called that takes one back: no dot, and no other job's name."""
    name = key.replace(".", "-")
    while name != key and name in keys:
        name += "_"
    return name


def step_name(index: int, number: int) -> str:
    """The id of a step that takes one back: of several, one with its number."""
    name = "undo-all" if index == WHOLE else f"undo-{index}"
    return f"{name}-{number}" if number else name


def taken_back(of: RunView, flow: Workflow, by: RunView) -> Back:
    """What a run ``by``, of a workflow that takes another run back, has taken back."""
    keys = {undo_job(key, of.jobs): key for key in of.jobs}
    found: dict[tuple[str, int], bool] = {}
    for job in flow.jobs:
        seen = by.jobs.get(job.id)
        for number, step in enumerate(job.steps):
            named = _NAME.fullmatch(step.id)
            if named is None or job.id not in keys:
                continue
            index = WHOLE if named[1] == "all" else int(named[1])
            one = seen.steps.get(number) if seen else None
            made = one is not None and one.outcome == "success"
            place = (keys[job.id], index)
            found[place] = found.get(place, True) and made
    return {place: by.id for place, made in found.items() if made}
