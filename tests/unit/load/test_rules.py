"""What can be read and not be run: said when it is loaded, with its place and a reason."""

import pytest

from holdfast.load.workflows import grammar
from holdfast.load.workflows.read import Reading
from holdfast.load.workflows.rules import unrunnable

HEAD = "on: push\njobs:\n  j:\n    runs-on: x\n"


def refused(text: str) -> list[tuple[int, str]]:
    reading = Reading(grammar.github(background=True))
    flow = reading.read(f"{HEAD}{text}".encode(), ".github/workflows/w.yml")
    assert flow is not None, reading.faults
    found = list(unrunnable(flow))
    assert {one.code for one in found} <= {"workflow.cannot-run"}
    assert all(one.next_step for one in found)
    return [(one.place.line, one.summary) for one in found if one.place]


@pytest.mark.parametrize(
    ("step", "summary"),
    [
        ("run: a\n        background: true", "is about steps in the background"),
        ("wait-all: true", "is about steps in the background"),
        ("parallel: [{run: a}]", "Steps in parallel are not run here"),
        (
            "uses: docker://alpine:3",
            "uses `docker://alpine:3`, which cannot be run here",
        ),
        ("uses: some/action@v1", "uses `some/action@v1`, which cannot be run here"),
        ("uses: holdfast/terraform", "which this version does not have yet"),
    ],
)
def test_a_step_that_cannot_be_run_is_refused_at_its_line(
    step: str, summary: str
) -> None:
    ((line, said),) = refused(f"    steps:\n      - {step}\n")
    assert line == 6
    assert summary in said


@pytest.mark.parametrize(
    ("keys", "summary"),
    [
        ("snapshot: mine", "The job j has a `snapshot`"),
        (
            "services: {db: {image: a, command: b}}",
            "The service db of the job j has a `command`",
        ),
        (
            "services: {db: {image: a, entrypoint: b}}",
            "The service db of the job j has a `entrypoint`",
        ),
    ],
)
def test_a_key_of_a_job_that_nothing_would_come_of_is_refused(
    keys: str, summary: str
) -> None:
    assert refused(f"    {keys}\n    steps: [{{run: a}}]\n") == [(3, summary)]


def test_what_can_be_run_is_not_refused() -> None:
    steps = "[{uses: actions/checkout@v4}, {uses: ./mine}, {uses: holdfast/verify}]"
    assert refused(f"    services: {{db: {{image: a}}}}\n    steps: {steps}\n") == []
