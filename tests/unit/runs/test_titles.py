"""What jobs and steps are called: with what is known of the run filled in."""

from dataclasses import replace
from typing import Any

import pytest
from click import unstyle

from holdfast.app.desks.titles import titles
from holdfast.cli.views.runs import human
from holdfast.declare import Strategy, Workflow
from holdfast.model import JobView, RunView, State, StepView
from holdfast.ports import JobSheet, RunRow, RunSheet, StepSheet
from unit.runs.world import NOON, job, step

TESTS = {"service": ["api", "web"]}


def named(title: str, **view: Any) -> dict[str, tuple[str, ...]]:
    """The names of the steps of a matrix of two, the second of which has begun."""
    titled = replace(step("a"), name=title)
    test = job("test", steps=(titled,), strategy=Strategy(TESTS))
    flow = Workflow("w.yaml", "flow", jobs=(test,))
    seen = RunView("r1", jobs={"test.1": JobView("test.1")}, **view)
    return dict(titles(flow, seen))


def test_each_of_a_matrix_has_its_own() -> None:
    names = named("Unit tests of ${{ matrix.service }}")
    assert names == {
        "test.0": ("Unit tests of api",),
        "test.1": ("Unit tests of web",),
    }


@pytest.mark.parametrize(
    "title",
    [
        "with ${{ secrets.TOKEN }}",
        "after ${{ steps.before.outputs.x }}",
        "cut ${{ inputs.version || 'de",
    ],
)
def test_what_is_not_known_stays_as_written(title: str) -> None:
    assert named(title)["test.0"] == (title,)


def test_a_value_from_outside_is_one_line_without_commands_for_a_terminal() -> None:
    started = {"inputs": {"who": "a\nb\x1b[2J"}}
    assert named("for ${{ inputs.who }}", started=started)["test.0"] == ("for a b [2J",)


def sheet(**more: Any) -> RunSheet:
    jobs = (
        JobSheet("test", "test", steps=(StepSheet("a", "Unit tests"),)),
        JobSheet("ship", "Ship it to all regions", needs=("test",)),
    )
    row = RunRow("r1", "flow", "flow", State.RUNNING, "ann", NOON)
    begun = {index: StepView(index, 1, State.SUCCEEDED) for index in (0, 1)}
    view = RunView(
        "r1",
        jobs={
            "ship": JobView("ship", State.GATED),
            "test.1": JobView("test.1", name="test (web)", steps=begun),
            "test.0": JobView("test.0", name="test (api)"),
        },
    )
    return RunSheet(row, view, 1, jobs=jobs, **more)


def test_jobs_stand_in_the_order_of_the_file_whichever_began_first() -> None:
    assert [one.key for one in sheet().begun] == ["test.0", "test.1", "ship"]


def test_a_job_that_has_not_begun_has_the_name_it_was_given() -> None:
    one = sheet(titles={"test.1": ("Unit tests of web",)})
    told = unstyle(human(one))
    assert "? Ship it to all regions" in told
    assert "Unit tests of web" in told
    assert "step 2" in told
    assert (one.name("test.0"), one.name("test.7")) == ("test (api)", "test.7")


def test_what_several_of_a_matrix_wait_for_is_said_once() -> None:
    full = "every slot of one is taken"
    one = replace(sheet(), view=RunView("r1"))
    told = human(replace(one, waits={"test.0": full, "test.1": full}))
    assert told.count(full) == 1


LONG = (
    "echo ${{ inputs.first }} and what ${{ inputs.second }} says of ${{ inputs.third }}"
)


def test_a_long_line_is_cut_between_its_expressions() -> None:
    cut = replace(step("a"), run=LONG).title
    assert cut == "Run echo ${{ inputs.first }} and what ${{ inputs.second }} says…"


def test_a_value_makes_no_title_longer_than_a_line() -> None:
    (name,) = named("of ${{ inputs.all }}", started={"inputs": {"all": "x " * 200}})[
        "test.0"
    ]
    assert len(name) <= 101
    assert name.endswith("…")
