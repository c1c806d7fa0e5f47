"""A step that a run has begun, as what takes it back sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.declare import Step
from holdfast.engine.runs.job_state import Stand
from holdfast.model import StepView

Has = Callable[[str], bool]
"""Whether there is a secret of a name, as its job calls it."""


def any_secret(_: str) -> bool:
    """Every secret is there."""
    return True


@dataclass(frozen=True, slots=True)
class Made:
    """
    One step that was begun, by its number in its job, with what its expressions saw.

    ``before`` and ``after`` are where its job stood; ``runs`` the runs of changes on
    hosts, or of called workflows, that it had begun.
    """

    job: str
    index: int
    step: Step
    seen: StepView
    around: Mapping[str, Any]
    before: Stand
    after: Stand
    runs: tuple[str, ...] = ()
    has: Has = any_secret

    @property
    def contexts(self) -> Mapping[str, Any]:
        """What its expressions see, its own outputs among them."""
        return {**self.around, "steps": self.after.steps}

    @property
    def exported(self) -> Mapping[str, str]:
        """The variables that earlier steps had set."""
        return self.before.env
