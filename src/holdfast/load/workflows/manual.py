"""What a manual step may not ask for."""

from collections.abc import Iterator

from holdfast.declare import Input, Step, Workflow
from holdfast.declare.workflow import REPORTED
from holdfast.load.workflows.ids import fault_of_id
from holdfast.problems import Problem


def odd_fields(workflow: Workflow) -> Iterator[Problem]:
    """Fields that cannot be outputs, and choices without anything to choose."""
    for job in workflow.jobs:
        for step in job.steps:
            for field in step.fields:
                if told := _fault(field):
                    yield _odd(step, field, told)


def _fault(field: Input) -> str:
    if field.name in REPORTED:
        return "Every manual step has an output of that name."
    if field.type == "choice" and not field.options:
        return "A choice needs `options:`."
    return fault_of_id(field.name)


def _odd(step: Step, field: Input, told: str) -> Problem:
    return Problem(
        code="workflow.odd-field",
        summary=f"`{step.title}` cannot ask for `{field.name}`"[:72],
        detail=told,
        next_step="Give the field another name, or options to choose from.",
        place=step.place,
    )
