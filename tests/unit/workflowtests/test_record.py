"""What is recorded of a run passes when it is played again, whatever happened in it."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from holdfast.app.testing.expect import misfits
from holdfast.app.testing.play import _Course, play
from holdfast.app.testing.record import record, write
from holdfast.app.testing.world import ground_of
from holdfast.load.workflow_tests import WorkflowTest, read_test
from holdfast.load.yaml12 import read_yaml
from holdfast.load.yaml_text import to_yaml
from holdfast.problems import HoldfastError
from unit.workflowtests.project import Written
from unit.workflowtests.test_play import (
    ALERT,
    CALLER,
    CRASH,
    INNER_ON,
    MATRIX,
    REACTION,
    SLOW,
    TWO_JOBS,
)


def recorded(project: Written, text: str, run: str = "r1") -> dict[str, Any]:
    """
    Play a test, record its run, and play that; what was recorded.

    To the recorder it is a run like any other: it reads the same ledger.
    """
    with ground_of(project.root) as ground:
        content = f"workflow: ship\n{text}".encode()
        first = _read(ground.project, content)
        world = ground.world(first.declared.at, first.declared.secrets)
        try:
            before = _Course.of(world, first, None).play()
            values = record(world.app, run)
        finally:
            world.close()
        second = _read(ground.project, to_yaml(values).encode())
        after = play(ground, second)
        assert misfits(second, after) == ()
    assert _ends(before.jobs) == _ends(after.jobs)
    assert len(second.declared.expect.jobs) == len(before.jobs)
    return values


def _read(project: Any, content: bytes) -> WorkflowTest:
    test, problems = read_test(content, "t.yaml", project)
    assert problems == ()
    assert test is not None
    return test


def _ends(jobs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        path: (seen.view.state, {n: s.outcome for n, s in seen.view.steps.items()})
        for path, seen in jobs.items()
    }


def test_outputs_people_and_matrix(project: Written) -> None:
    project.workflow(TWO_JOBS)
    values = recorded(
        project,
        "fakes: {build: {make: {outputs: {version: '010'}, takes: 90s}}}\n"
        "people: [{says: approve, by: bob, why: fine, after: 3h}]\n",
    )
    assert values["fakes"]["build.0"] == {
        "make": {"outputs": {"version": "010"}, "takes": "90s"}
    }
    assert values["people"] == [
        {
            "says": "approve",
            "by": "bob",
            "job": "deploy",
            "why": "fine",
            "after": "10800s",
        }
    ]
    assert values["expect"]["jobs"]["deploy"]["steps"] == {
        "migrate": "success",
        "on-failure": "skipped",
    }


def test_a_refusal(project: Written) -> None:
    project.workflow(TWO_JOBS)
    values = recorded(project, "people: [{says: reject, by: eve}]\n")
    assert values["expect"]["state"] == "rejected"


def test_failures_retries_and_a_cancel(project: Written) -> None:
    project.workflow(SLOW)
    text = """
fakes: {b: {last: {attempts: [failure, success]}}}
"""
    assert recorded(project, text)["fakes"] == {
        "b": {"last": {"attempts": ["failure", "success"]}}
    }
    text = """
fakes: {a: {one: {takes: 4m}, two: {takes: 1m}}}
people: [{says: cancel, by: bob, why: wrong branch, after: 2m}]
"""
    values = recorded(project, text)
    assert values["fakes"]["a"]["one"] == {"takes": "7d"}
    assert values["people"] == [
        {"says": "cancel", "by": "bob", "why": "wrong branch", "after": "120s"}
    ]


def test_a_matrix_that_ends_early(project: Written) -> None:
    project.workflow(MATRIX)
    text = "fakes: {t.1: {s: {outcome: failure, takes: 2m}}, t.2: {s: {takes: 3m}}}\n"
    assert recorded(project, text)["fakes"]["t.2"] == {"s": {"takes": "7d"}}


@pytest.mark.parametrize("says", ["made", "not-made", "failed"])
def test_crashes(project: Written, says: str) -> None:
    project.workflow(CRASH)
    text = f"""
fakes: {{a: {{bare: crash, checked: crash, again: crash, ours: crash}}}}
people: [{{says: {says}, by: bob, after: 2h}}]
"""
    values = recorded(project, text)
    assert values["people"][0]["says"] == says


def test_a_question_nobody_answered(project: Written) -> None:
    project.workflow(CRASH)
    values = recorded(project, "fakes: {a: {bare: crash}}\n")
    assert values["expect"] == {
        "state": "in_doubt",
        "jobs": {"a": {"state": "in_doubt", "steps": {"bare": "in_doubt"}}},
    }


def test_an_event_and_a_schedule(project: Written) -> None:
    project.workflow(REACTION, on=ALERT)
    data = "{labels: {alertname: Down, host: web-1}}"
    event = f"{{type: alert, action: firing, source: am, data: {data}}}"
    values = recorded(
        project, f"event: {event}\npeople: [{{says: approve, by: eve}}]\n"
    )
    assert [one["type"] for one in values["events"]] == ["alert"]
    project.workflow("jobs: {a: {steps: [{run: x}]}}\n", on=ALERT)
    values = recorded(project, "at: 2026-10-24T22:00:00Z\nschedule: 1d\n")
    assert (values["at"], values["schedule"]) == ("2026-10-25T00:29:00Z", "1m")


def test_called_workflows(project: Written) -> None:
    inner = "jobs: {work: {steps: [{id: s, run: 'do ${{ inputs.n }}'}]}}\n"
    project.workflow(inner, "inner", INNER_ON)
    project.workflow("jobs: {far: {steps: [{id: s, run: far}]}}\n", "other")
    project.workflow(CALLER)
    values = recorded(project, "fakes: {step/far: {s: failure}}\n")
    assert values["fakes"] == {
        "step/far": {"s": {"outcome": "failure", "why": "it ended with exit status 1"}}
    }
    with pytest.raises(HoldfastError, match=r"r2 cannot be made a test"):
        recorded(project, "", run="r2")


def test_no_value_of_a_secret_is_in_it(project: Written) -> None:
    project.workflow(TWO_JOBS)
    values = recorded(
        project,
        "secrets: {TOKEN: hunter2-hunter2}\n"
        "fakes: {build: {make: {outputs: {version: x hunter2-hunter2}}}}\n"
        "people: [{says: approve, by: bob}]\n",
    )
    assert values["fakes"]["build.0"]["make"]["outputs"] == {"version": "x ***"}
    assert "hunter2" not in to_yaml(values)


def test_it_is_written_once(project: Written) -> None:
    project.workflow(MATRIX)
    with ground_of(project.root) as ground:
        test = _read(ground.project, b"workflow: ship\n")
        world = ground.world(test.declared.at, {})
        _Course.of(world, test, None).play()
        path = write(world.app, "r1", record(world.app, "r1"), None)
        assert path == project.root / "workflow-tests/r1.yaml"
        with pytest.raises(HoldfastError, match="is there already"):
            write(world.app, "r1", {}, None)
        with pytest.raises(HoldfastError, match="no run r7"):
            record(world.app, "r7")
        world.close()


@pytest.mark.parametrize(
    "value",
    [
        "no",
        "010",
        "0o17",
        "1e3",
        "~",
        "",
        "a: b",
        "#x",
        "- x",
        "*",
        " x",
        "é\n ü\n",
        "a\tb",
    ],
)
def test_texts_read_back_as_texts(value: str) -> None:
    written = to_yaml({"k": [value], value or "e": value})
    assert read_yaml(written.encode(), "f").value == {"k": [value], value or "e": value}
    assert yaml.safe_load(written)["k"] == [value]
