"""A word is taken to exactly one gate, and it is told whose word it was."""

from dataclasses import replace

import pytest

from holdfast.app.desks.run_sheets import gate_sheet
from holdfast.cli.gate_decision import meant, whose
from holdfast.model import GateView, GlassView, JobView, RunView, State
from holdfast.ports import RunRow, RunSheet
from holdfast.problems import HoldfastError, Problem
from unit.runs.world import NOON

SAID = ({"by": "bob", "yes": True, "why": "good", "at": NOON.isoformat()},)


def sheet(*jobs: str) -> RunSheet:
    row = RunRow("r1", "ship", "ship", State.GATED, "ann", NOON)
    gates = {name: GateView(f"sha256:{name}", said=SAID) for name in jobs}
    view = RunView("r1", jobs={n: JobView(n, gate=one) for n, one in gates.items()})
    shown = tuple(gate_sheet(name, one, (), ()) for name, one in gates.items())
    return RunSheet(row, view, 1, gates=shown)


def refused(told: RunSheet, job: str | None = None, digest: str = "") -> Problem:
    with pytest.raises(HoldfastError) as caught:
        meant(told, "r1", job, digest)
    return caught.value.problems[0]


def test_the_only_gate_the_named_one_or_the_one_of_a_digest() -> None:
    assert meant(sheet("a"), "r1", None, "").job == "a"
    assert meant(sheet("a", "b"), "r1", "b", "").job == "b"
    assert meant(sheet("a", "b"), "r1", None, "sha256:b").job == "b"


def test_which_gate_is_meant_has_to_be_said() -> None:
    several = refused(sheet("a", "b"))
    assert several.summary == "r1 has 2 gates to decide about"
    assert "Waiting: a, b." in several.detail
    other = refused(sheet("a"), "nojob")
    assert other.summary == "No gate of `nojob` waits in r1"
    assert "holdfast approve r1 JOB" in other.next_step
    none = refused(sheet(), "a")
    assert none.summary == "r1 has no gates to decide about"
    assert none.next_step == "See the run: holdfast status r1"


def test_whose_word_it_was_is_what_the_ledger_says() -> None:
    told = sheet("a")
    assert whose(told, told.gates[0]) == "bob"
    assert whose(sheet(), told.gates[0]) == ""


def test_whose_word_broke_the_glass() -> None:
    at = NOON.isoformat()
    glass = GlassView("sha256:a", "sha256:p", "ann", "down", at, at, confirmed="bob")
    told = sheet("a")
    broken = replace(told.view, jobs={"a": JobView("a", glass=glass)})
    assert whose(replace(told, view=broken), told.gates[0]) == "bob"
