"""What the steps of a job leave where it was, for the steps after them."""

from holdfast.declare import Step
from holdfast.engine.runs.hidden import hides
from holdfast.model import JobView, StepView
from holdfast.plan import Instance

_OURS = "holdfast/"
"""How actions of ours begin: they leave no files for later steps."""


def lost(instance: Instance, seen: JobView) -> str:
    """Why a job cannot go on elsewhere: steps left files where nobody is any more."""
    left = [
        step.id
        for index, step in enumerate(instance.job.steps)
        if index in seen.steps and _leaves_files(step, seen.steps[index])
    ]
    if not left:
        return ""
    return (
        f"what {', '.join(left)} left is on {seen.site}, and nobody is there any "
        "more; nothing was done twice"
    )


def _leaves_files(step: Step, seen: StepView) -> bool:
    """Whether a step was carried out, and left something only its site has."""
    if not seen.state.is_end or seen.outcome == "skipped":
        return False
    return hides(seen.body) or not (step.manual or step.uses.startswith(_OURS))
