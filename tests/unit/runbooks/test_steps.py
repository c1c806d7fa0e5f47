"""Blocks as steps, and the head as the workflow's and its job's."""

from dataclasses import dataclass
from typing import Any

import pytest

from unit.runbooks.page import runbook, steps


@dataclass(frozen=True)
class Case:
    block: str
    expected: dict[str, Any]


STEPS = {
    "a script": Case("```sh\nmake\n```", {"run": "make"}),
    "keys beside the language": Case(
        '```sh id=x check="systemctl is-active x" idempotent timeout-minutes=5\nmake\n```',
        {
            "id": "x",
            "check": "systemctl is-active x",
            "idempotent": True,
            "timeout_minutes": 5,
        },
    ),
    "single quotes, and a quote inside": Case(
        '~~~sh check=\'a "b"\' undo="c \\"d\\""\nmake\n~~~',
        {"check": 'a "b"', "undo": 'c "d"'},
    ),
    "keys at the top of the block": Case(
        "```sh id=x\n---\nenv: {A: b}\nretry: {attempts: 3, delay: 5s}\n---\nmake\n```",
        {"id": "x", "env": {"A": "b"}, "run": "make"},
    ),
    "a condition": Case(
        "```sh if=\"inputs.x == 'a'\"\nmake\n```",
        {"condition": "success() && (inputs.x == 'a')"},
    ),
    "by hand": Case(
        "```manual by=[sre,ann] timeout-minutes=30\nLook.\n```",
        {"manual": "Look.", "by": ("sre", "ann"), "timeout_minutes": 30},
    ),
    "by hand, of one": Case("```manual by=sre\nLook.\n```", {"by": ("sre",)}),
    "a gate": Case(
        "```gate by=[sre] count=2 not=author within=4h\nIs it well?\n```",
        {
            "uses": "holdfast/approve",
            "with_": {
                "by": ["sre"],
                "count": 2,
                "not": "author",
                "within": "4h",
                "message": "Is it well?",
            },
        },
    ),
    "a gate without words": Case(
        "```gate\n```", {"uses": "holdfast/approve", "with_": {}}
    ),
    "an action": Case(
        "```uses holdfast/wait\nfor: 1s\n```",
        {"uses": "holdfast/wait", "with_": {"for": "1s"}},
    ),
    "an action with keys of the step": Case(
        "```uses holdfast/exec idempotent\n---\ncheck: 'true'\n---\n"
        "hosts: web\nrun: ls\n```",
        {"idempotent": True, "check": "true", "with_": {"hosts": "web", "run": "ls"}},
    ),
    "an action that is given nothing": Case(
        "```uses actions/checkout@v4\n```", {"uses": "actions/checkout@v4"}
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_block_is_the_step_it_says(name: str) -> None:
    (made,) = steps(STEPS[name].block + "\n")
    expected = STEPS[name].expected
    assert {key: getattr(made, key) for key in expected} == expected


def test_a_heading_names_the_step_below_it_and_the_number_may_move() -> None:
    body = (
        "# Top\n## 1. Stop *it* on ${{ inputs.x }}\n```manual\na\n```\n```sh\nb\n```\n"
    )
    first, second = steps(body)
    assert (first.id, first.name) == ("stop-it-on", "1. Stop it on ${{ inputs.x }}")
    assert (second.id, second.name) == ("stop-it-on-2", None)
    again = steps(body.replace("1. Stop", "7. Stop").replace("```manual", "```sh"))
    assert [one.id for one in again] == [first.id, second.id]


def test_an_id_that_is_written_is_never_given_to_another() -> None:
    made = steps(
        "# Stop\n```sh\na\n```\n```sh id=stop\nb\n```\n# Öl & 中\n```sh\nc\n```\n"
    )
    assert [one.id for one in made] == ["stop-2", "stop", "ol"]


def test_the_head_is_the_workflows_and_its_jobs() -> None:
    head = (
        "---\nowner: t\nreview: 90d\nenvironment: staging\nruns-on: [linux]\n"
        "env: {A: b}\nclaims: [db]\nlimits: {attempts: 2}\ntimeout-minutes: 5\n"
        "outputs: {seen: '${{ steps.x.outputs.seen }}'}\n"
        "on: {schedule: [{cron: '0 3 * * 1'}]}\n---\n"
    )
    made = runbook("# Drain\n```sh id=x\na\n```\n", head)
    (job,) = made.jobs
    assert (made.name, made.review, made.env) == ("Drain", 90 * 86400, {"A": "b"})
    assert (job.environment, job.runs_on, job.timeout_minutes) == (
        "staging",
        ["linux"],
        5,
    )
    assert job.outputs == {"seen": "${{ steps.x.outputs.seen }}"}
    assert [one.cron for one in made.schedules] == ["0 3 * * 1"]
    assert made.dispatch is None
    assert runbook("```sh\na\n```\n").dispatch == ()


def test_prose_is_kept_before_its_step_and_after_the_last() -> None:
    made = runbook(
        "# A\nfirst\n```sh id=x\na\n```\nmiddle\n```c\n```\n```sh id=y\nb\n```\nend\n"
    )
    assert dict(made.prose) == {
        "x": "# A\nfirst",
        "y": "middle\n```c\n```",
        "": "end",
    }
