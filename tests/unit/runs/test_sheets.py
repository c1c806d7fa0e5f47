"""What people are shown at a gate."""

import click

from holdfast.app.desks.run_sheets import LAST, MOVED, gate_sheet, glass_sheet, shown_in
from holdfast.cli.views.runs import data, human
from holdfast.model import GateView, GlassView, JobView, RunView, State
from holdfast.ports import RunRow, RunSheet
from unit.runs.world import NOON

SHOWS = {"inputs": {"size": 2}, "plan": {"web-1/file:/x": "+ create"}, "commit": "b"}


def gate(**more: object) -> GateView:
    told = {"digest": "sha256:1", "shows": SHOWS, "opened": NOON.isoformat(), **more}
    return GateView(**told)  # type: ignore[arg-type]


def test_a_gate_is_compared_with_the_last_successful_run() -> None:
    earlier = {"inputs": {"size": 1}, "plan": SHOWS["plan"], "commit": "a"}
    sheet = gate_sheet(
        "ship", gate(), ("sre",), [earlier, {"commit": "never looked at"}]
    )
    assert sheet.against == LAST
    assert sheet.moved == (("inputs.size", "1", "2"), ("commit", "a", "b"))


def test_every_line_of_what_moved_stands_below_its_name() -> None:
    before = {**SHOWS, "plan": {"web-1/file:/x": "~ update\n-old\n+new"}}
    sheet = gate_sheet("ship", gate(before=before), (), [])
    row = RunRow("r1", "ship", "ship", State.GATED, "ann", NOON)
    told = human(RunSheet(row, RunView("r1"), 1, gates=(sheet,)))
    assert click.unstyle(told).splitlines()[6:-1] == [
        "      plan.web-1/file:/x",
        "        - ~ update",
        "        - -old",
        "        - +new",
        "        + + create",
    ]


def test_after_something_moved_only_that_is_shown() -> None:
    before = {**SHOWS, "plan": {"web-1/file:/x": "~ update"}}
    sheet = gate_sheet("ship", gate(before=before), (), [{"commit": "a"}])
    assert sheet.against == MOVED
    assert sheet.moved == (("plan.web-1/file:/x", "~ update", "+ create"),)


STEPS = {
    "results": {"needs": {"test": {"outputs": {}, "result": "success"}}},
    "secrets": ["token@1", "key@2"],
    "steps": {"ship/go/1": {"run": "make\nmake install", "env": {"DRY": False}}},
    "targets": [],
}


def test_what_a_digest_stands_for_is_read_as_lines() -> None:
    sheet = gate_sheet("ship", gate(shows=STEPS), (), [])
    row = RunRow("r1", "ship", "ship", State.GATED, "ann", NOON)
    told = human(RunSheet(row, RunView("r1"), 1, gates=(sheet,)))
    assert told.splitlines()[5:-1] == [
        "    results:",
        "      needs:",
        "        test.result: success",
        "    secrets: token@1, key@2",
        "    steps:",
        "      ship/go/1:",
        "        run: make",
        "          make install",
        "        env.DRY: false",
    ]


def test_of_a_step_that_moved_only_its_line_is_shown() -> None:
    steps = {"ship/go/1": {"run": "make\nmake check", "env": {"DRY": False}}}
    sheet = gate_sheet(
        "ship", gate(shows=STEPS, before={**STEPS, "steps": steps}), (), []
    )
    assert sheet.moved == (
        ("steps.ship/go/1.run", "make\nmake check", "make\nmake install"),
    )


def test_what_was_let_through_without_a_gate_is_compared_with_too() -> None:
    view = RunView("r1", planned={"ship": SHOWS})
    other = RunView("r2", jobs={"ship": JobView("ship", gate=gate(shows={"a": "1"}))})
    assert shown_in([view, other, RunView("r3")], "ship") == [SHOWS, {"a": "1"}]


def test_warnings_of_the_gate_are_shown_in_both_places() -> None:
    asked = GlassView("sha256:2", "sha256:1", "ann", "it burns", "", NOON.isoformat())
    gates = (
        gate_sheet("ship", gate(warnings=("usually 6 targets, now 412",)), (), []),
        glass_sheet("ship", asked, ()),
    )
    row = RunRow("r1", "ship", "ship", State.GATED, "ann", NOON)
    sheet = RunSheet(row, RunView("r1"), 1, gates=gates, closed=("ship",))
    told = human(sheet)
    assert "usually 6 targets, now 412" in told
    assert "ann asks to pass windows and freezes: it burns" in told
    assert "anybody but ann" in told
    assert "holdfast approve r1 ship --digest sha256:2" in told
    assert "holdfast break-glass r1 ship" in told
    assert [one["kind"] for one in data(sheet)["gates"]] == ["gate", "glass"]
