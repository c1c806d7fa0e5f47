"""What takes a run back: the last step first, with what each step saw."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from holdfast.declare import Workflow
from holdfast.engine.undoing import Begun, taken_back, way_back
from holdfast.engine.undoing.secrets import NOT_KEPT
from holdfast.load.workflows import read_workflow
from holdfast.model import Entry, Event, RunView
from holdfast.record import view_of

HEAD = "name: ship\nowner: you\non: {workflow_dispatch: {inputs: {host: {type: string}}}}\n"


def flow(jobs: str, head: str = HEAD) -> Workflow:
    found = read_workflow(
        f"{head}jobs:\n{jobs}".encode(), "workflows/w.yaml", lambda _: None
    )
    assert found.workflow is not None, found.problems
    return found.workflow


def view(*steps: tuple[str, int, str, dict[str, Any]], **inputs: str) -> RunView:
    """A run whose steps ended as told: job, index, outcome, and more of the body."""
    told: list[tuple[Event, dict[str, Any]]] = [(Event.QUEUED, {"inputs": inputs})]
    for job, index, outcome, more in steps:
        started = {"job": job, "segment": 1, "worker": "w", "site": "s", "total": 1}
        ended = {"job": job, "step": index, "outcome": outcome, "conclusion": outcome}
        told += [
            (Event.JOB_STARTED, started),
            (Event.STEP_STARTED, {"job": job, "step": index, "attempt": 1}),
            (Event.STEP_ENDED, {**ended, **more}),
        ]
    told.append((Event.FINISHED, {"state": "succeeded"}))
    return view_of(
        "r1",
        [Entry(event=e, run="r1", actor="ann", at="t", body=body) for e, body in told],
    )


def scripts(made: Any, job: str) -> list[str]:
    return [
        step.get("run") or step["uses"] for step in made.written["jobs"][job]["steps"]
    ]


TWO = """
  one:
    steps:
      - {id: a, run: make a, undo: drop a}
      - {id: b, run: make b, undo: "drop b of ${{ inputs.host }}"}
      - {id: c, run: make c}
      - {id: d, run: mail, undo: none}
  two:
    needs: one
    steps:
      - {id: e, run: make e, undo: drop e}
"""


def test_the_last_step_is_taken_back_first_and_jobs_in_the_other_order() -> None:
    seen = view(
        ("one", 0, "success", {}),
        ("one", 1, "success", {}),
        ("one", 2, "success", {}),
        ("one", 3, "success", {}),
        ("two", 0, "success", {}),
        host="web-1",
    )
    made = way_back(flow(TWO), seen, {})
    assert scripts(made, "one") == ["drop b of web-1", "drop a"]
    assert scripts(made, "two") == ["drop e"]
    assert made.written["jobs"]["one"]["needs"] == ["two"]
    assert "needs" not in made.written["jobs"]["two"]
    assert [(one.job, one.does) for one in made.taken] == [
        ("two", "drop e"),
        ("one", "drop b of web-1"),
        ("one", "drop a"),
    ]
    assert [one.why for one in made.left] == [
        "it has no way back",
        "it says no `undo:`",
    ]


@pytest.mark.parametrize(
    ("outcome", "taken"),
    [("success", True), ("failure", True), ("cancelled", True), ("skipped", False)],
)
def test_what_was_begun_is_taken_back_also_when_it_failed(
    outcome: str,
    taken: bool,  # noqa: FBT001 - a table
) -> None:
    made = way_back(flow(TWO), view(("one", 0, outcome, {})), {})
    assert bool(made.taken) is taken


def test_a_step_sees_its_own_outputs_and_what_was_exported_before_it() -> None:
    jobs = """
  one:
    steps:
      - {id: a, run: x, undo: "drop ${{ steps.a.outputs.id }} with ${{ secrets.KEY }}"}
      - {id: b, run: x, undo: "drop $NAME", env: {MINE: "${{ steps.a.outputs.id }}"}}
"""
    seen = view(
        ("one", 0, "success", {"outputs": {"id": "i-7"}, "env": {"NAME": "n-1"}}),
        ("one", 1, "success", {"env": {"NAME": "later"}}),
    )
    made = way_back(flow(jobs), seen, {})
    last, first = made.written["jobs"]["one"]["steps"]
    assert last["env"] == {"NAME": "n-1", "MINE": "i-7"}
    assert first["run"] == "drop i-7 with ${{ secrets.KEY }}"
    assert "env" not in first


def test_changes_on_hosts_and_called_workflows_are_taken_back_by_their_runs() -> None:
    jobs = """
  one:
    environment: live
    runs-on: [linux]
    steps:
      - {id: apply, uses: holdfast/apply}
      - {id: call, uses: holdfast/workflow, with: {workflow: other}}
"""
    seen = view(("one", 0, "failure", {}), ("one", 1, "success", {}))
    begun: Begun = {("one", "apply"): ("r2", "r3"), ("one", "call"): ("r4",)}
    made = way_back(flow(jobs), seen, begun)
    job = made.written["jobs"]["one"]
    assert [step["with"] for step in job["steps"]] == [
        {"workflow": "undo of r4"},
        {"run": "r3"},
        {"run": "r2"},
    ]
    assert (job["environment"], job["runs-on"]) == ("live", ["linux"])


def test_what_a_local_action_changed_on_hosts_is_taken_back_and_the_rest_is_said() -> (
    None
):
    jobs = "  one: {steps: [{id: out, name: out, uses: ./deploy}]}\n"
    ours = {"deploy/action.yml": ACTION}
    found = read_workflow(f"{HEAD}jobs:\n{jobs}".encode(), "w.yaml", ours.get)
    assert found.workflow is not None, found.problems
    begun: Begun = {("one", "out"): ("r2", "r3")}
    made = way_back(found.workflow, view(("one", 0, "success", {})), begun)
    steps = made.written["jobs"]["one"]["steps"]
    assert [step["with"] for step in steps] == [{"run": "r3"}, {"run": "r2"}]
    assert [one.why for one in made.left] == [
        "what its action did besides, it says no `undo:`"
    ]


ACTION = b"""
name: deploy
description: applies
runs: {using: composite, steps: [{uses: holdfast/apply}, {uses: holdfast/apply}]}
"""


def test_a_script_finds_the_files_it_was_written_beside() -> None:
    jobs = """
  one:
    steps:
      - {uses: actions/checkout@v4}
      - {run: ./up.sh, undo: ./down.sh}
"""
    commit = "c" * 40
    seen = view(
        ("one", 0, "success", {"outputs": {"commit": commit}}),
        ("one", 1, "success", {}),
    )
    first, second = way_back(flow(jobs), seen, {}).written["jobs"]["one"]["steps"]
    assert (first["uses"], first["with"]) == ("actions/checkout@v4", {"ref": commit})
    assert second["run"] == "./down.sh"


def test_only_what_is_asked_for_is_taken_back() -> None:
    seen = view(
        ("one", 0, "success", {}), ("one", 1, "success", {}), ("two", 0, "success", {})
    )
    assert list(way_back(flow(TWO), seen, {}, ["two"]).written["jobs"]) == ["two"]
    made = way_back(flow(TWO), seen, {}, ["one/a"])
    assert [one.does for one in made.taken] == ["drop a"]


def test_each_job_of_a_matrix_is_taken_back_with_what_it_was_of() -> None:
    jobs = """
  many:
    strategy: {matrix: {host: [a, b]}}
    steps: [{run: x, undo: "drop ${{ matrix.host }}"}]
"""
    seen = view(("many.0", 0, "success", {}), ("many.1", 0, "success", {}))
    made = way_back(flow(jobs), seen, {})
    assert scripts(made, "many-0") == ["drop a"]
    assert scripts(made, "many-1") == ["drop b"]


JOB = """
  one:
    steps:
      - {id: a, name: a, run: x, undo: "drop ${{ steps.a.outputs.id }}"}
      - {id: b, name: b, run: x, undo: "leave with ${{ steps.a.outputs.tok }}"}
      - {id: c, name: c, run: x, undo: leave, env: {MINE: "${{ steps.a.outputs.tok }}"}}
      - {id: d, name: d, run: x, undo: "say ${{ steps.a.outputs.tok != '' }}"}
"""
HIDDEN = {
    "outputs": {"id": "i-7", "tok": "***"},
    "hidden": ["outputs.tok"],
}


def test_what_needs_a_secret_that_was_not_kept_is_left_and_says_so() -> None:
    after: Any = [("one", n, "success", {}) for n in (1, 2, 3)]
    made = way_back(flow(JOB), view(("one", 0, "success", HIDDEN), *after), {})
    assert scripts(made, "one") == ["say true", "drop i-7"]
    assert [(one.step, one.why) for one in made.left] == [
        ("c", f"{NOT_KEPT}: the output tok of `a`"),
        ("b", f"{NOT_KEPT}: the output tok of `a`"),
    ]


def test_a_variable_that_was_not_kept_is_missed_by_every_later_step() -> None:
    jobs = """
  one:
    steps:
      - {id: a, name: a, run: x, undo: drop a}
      - {id: b, name: b, run: x, undo: drop b}
      - {id: c, name: c, run: x, undo: drop c, env: {KEY: "${{ secrets.KEY }}"}}
      - {id: d, name: d, run: x, undo: drop d}
      - {id: e, name: e, run: x, undo: drop e}
"""
    seen = view(
        ("one", 0, "success", {"env": {"KEY": "***"}, "hidden": ["env.KEY"]}),
        ("one", 1, "success", {}),
        ("one", 2, "success", {}),
        ("one", 3, "success", {"env": {"KEY": "plain"}}),
        ("one", 4, "success", {}),
    )
    made = way_back(flow(jobs), seen, {})
    assert scripts(made, "one") == ["drop e", "drop c", "drop a"]
    assert [(one.step, one.why) for one in made.left] == [
        ("d", f"{NOT_KEPT}: the variable KEY of `a`"),
        ("b", f"{NOT_KEPT}: the variable KEY of `a`"),
    ]


def test_nothing_runs_in_a_workspace_that_cannot_be_prepared_again() -> None:
    jobs = """
  one:
    steps:
      - {id: a, name: a, run: x}
      - {id: get, uses: actions/checkout@v4, with: {token: "${{ steps.a.outputs.tok }}"}}
      - {id: b, name: b, run: x, undo: drop b}
"""
    rest: Any = [("one", n, "success", {}) for n in (1, 2)]
    made = way_back(flow(jobs), view(("one", 0, "success", HIDDEN), *rest), {})
    assert made.taken == ()
    assert made.left[0].why == f"{NOT_KEPT}: the output tok of `a`"


def test_a_secret_that_was_handed_on_is_named_again_where_it_is_needed() -> None:
    jobs = """
  one:
    steps:
      - {id: a, name: a, run: x}
      - {id: b, name: b, run: x, undo: "drop ${{ steps.a.outputs.tok }}"}
      - {id: c, name: c, run: x, undo: drop, env: {M: "${{ toJSON(steps.a.outputs) }}"}}
      - {id: d, name: d, run: x, undo: drop, env: {M: "${{ fromJSON(steps.a.outputs.tok) }}"}}
"""  # noqa: E501 - a table
    left = {
        "outputs": {"tok": "so ***", "id": "7"},
        "env": {"KEY": "<***> ${{ '${{' }} x }}", "PLAIN": "${{ secrets.OTHER }}"},
        "hidden": ["outputs.tok", "env.KEY"],
        "from_secrets": {
            "outputs.tok": "so ${{ secrets.TOKEN }}",
            "env.KEY": "<${{ secrets.TOKEN }}> ${{ '${{' }} x }}",
        },
    }
    rest: Any = [("one", n, "success", {}) for n in (1, 2, 3)]
    made = way_back(flow(jobs), view(("one", 0, "success", left), *rest), {})
    c, b = made.written["jobs"]["one"]["steps"]
    assert b["run"] == "drop so ${{ secrets.TOKEN }}"
    assert b["env"] == {
        "KEY": "<${{ secrets.TOKEN }}> ${{ '${{' }} x }}",
        "PLAIN": "${{ '${{' }} secrets.OTHER }}",
    }
    assert '"tok": "so ${{ secrets.TOKEN }}"' in c["env"]["M"]
    assert [(one.step, one.why.removeprefix(NOT_KEPT)) for one in made.left] == [
        ("d", ": the output tok of `a`, the variable KEY of `a`"),
        ("a", "it says no `undo:`"),
    ]


def test_a_secret_that_is_not_there_any_more_is_said() -> None:
    left = {
        "outputs": {"tok": "***", "id": "7"},
        "hidden": ["outputs.tok"],
        "from_secrets": {"outputs.tok": "${{ secrets.TOKEN }}"},
    }
    seen = view(("one", 0, "success", left), ("one", 1, "success", {}))
    made = way_back(flow(JOB), seen, {}, has=lambda name: name != "TOKEN")
    assert scripts(made, "one") == ["drop 7"]
    assert "needs the secret TOKEN" in made.left[0].why


def test_what_was_taken_back_before_is_left() -> None:
    first = view(*[("one", n, "success", {}) for n in (0, 1, 2, 3)])
    made = way_back(flow(TWO), first, {})
    undo = read_workflow(
        yaml.safe_dump(dict(made.written)).encode(), "u.yaml", lambda _: None
    ).workflow
    assert undo is not None
    by = view(("one", 0, "success", {}), ("one", 1, "failure", {}))
    before = taken_back(first, undo, replace(by, id="r2"))
    assert before == {("one", 1): "r2"}
    again = way_back(flow(TWO), first, {}, (), before)
    assert scripts(again, "one") == ["drop a"]
    assert [(one.step, one.why) for one in again.left][2] == (
        "Run make b",
        "r2 took it back",
    )


@pytest.mark.parametrize("outcomes", [("failure", "success"), ("success", "failure")])
def test_a_step_with_several_undos_is_taken_back_when_all_of_them_were(
    outcomes: tuple[str, str],
) -> None:
    first = view(("one", 3, "success", {}))
    steps = "[{id: undo-3, run: a}, {id: undo-3-1, run: b}]"
    undo = flow(f"  one: {{steps: {steps}}}\n")
    by = view(*[("one", n, outcome, {}) for n, outcome in enumerate(outcomes)])
    assert taken_back(first, undo, by) == {}
    whole = view(*[("one", n, "success", {}) for n in (0, 1)])
    assert taken_back(first, undo, whole) == {("one", 3): "r1"}
