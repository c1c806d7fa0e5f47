"""The seven promises of the house, held against random worlds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from disks import disk_of
from examples import examples
from holdfast.app import Application, Proposal
from holdfast.app.answers import evidence
from holdfast.engine import Report
from holdfast.model import Event, Verdict
from holdfast.problems import Exit, HoldfastError
from promises.world import put, there, wanted, world

pytestmark = pytest.mark.slow
few = examples(15, suppress_health_check=list(HealthCheck))


def _apply(app: Application, proposal: Proposal) -> Report:
    return app.carry_out(proposal, app.judge(proposal, ask=False, why=""))


COMMAND = {"command": 'echo x >>"$HOLDFAST_ROOT/ran"', "check": "false"}


@few
@given(wanted, there)
def test_1_nothing_changes_without_a_verdict_for_exactly_this_plan(
    resources: list[dict[str, Any]], before: dict[str, tuple[str, str, int]]
) -> None:
    with world(resources) as (app, (disk,)):
        put(disk, before)
        seen = disk_of(disk)
        proposal = app.propose(())
        if not proposal.plan:
            return
        moved = replace(proposal.plan, commit="another")
        for verdict in (Verdict(moved.digest), Verdict("sha256:" + "0" * 64)):
            with pytest.raises(HoldfastError):
                app.carry_out(proposal, verdict)
        assert disk_of(disk) == seen
        assert not [e for e in app.store.ledger.all() if e.event is Event.INTENDED]


@few
@given(wanted, there)
def test_2_and_3_a_second_plan_is_empty_and_undo_brings_everything_back(
    resources: list[dict[str, Any]], before: dict[str, tuple[str, str, int]]
) -> None:
    with world(resources) as (app, (disk,)):
        put(disk, before)
        seen = disk_of(disk)
        proposal = app.propose(())
        if not proposal.plan:
            return
        report = _apply(app, proposal)
        if report.exit == Exit.DONE:
            assert not app.propose(()).plan
        back, lost = app.propose_undo(report.run, ())
        assert not lost
        if back.plan:
            assert _apply(app, back).exit == Exit.DONE
        assert disk_of(disk) == seen


@few
@given(wanted, st.integers(0, 6))
def test_4_a_lost_connection_leaves_nothing_half_known(
    resources: list[dict[str, Any]], lost_at: int
) -> None:
    with world([*resources, COMMAND_ONCE], fail=_broken(lost_at)) as (app, (disk,)):
        try:
            proposal = app.propose(())
            if proposal.plan and not proposal.plan.unknown:
                _apply(app, proposal)
        except HoldfastError:
            pass
        host: Any = app.engine.eyes.hosts["h0"]
        host.fail = lambda _number: None
        app.settle()
        for run in app.store.ledger.runs():
            entries = app.store.ledger.of_run(run)
            intended = {e.address for e in entries if e.event is Event.INTENDED}
            ended = {e.address for e in entries if e.event in ENDS}
            assert intended <= ended
        if not app.open_doubts():
            again = app.propose(())
            report = _apply(app, again) if again.plan else None
            assert report is None or report.exit in (Exit.DONE, Exit.FAILED)
        ran = disk / "ran"
        assert not ran.exists() or ran.read_text() == "x\n", "never run twice"


COMMAND_ONCE = {
    "command": 'echo x >>"$HOLDFAST_ROOT/ran"',
    "check": 'test -e "$HOLDFAST_ROOT/ran"',
}
ENDS = {
    Event.SUCCEEDED,
    Event.FAILED,
    Event.SKIPPED,
    Event.UNREACHABLE,
    Event.IN_DOUBT,
    Event.RESOLVED,
}


def _broken(at: int) -> Any:
    return lambda number: "broken" if number == at else None


@few
@given(st.sampled_from(["host:h0", "environment:e"]), st.text("ab c", min_size=1))
def test_5_what_did_not_happen_says_who_holds_it_and_why(key: str, why: str) -> None:
    from datetime import timedelta

    with world([{"file": "a", "content": "x"}]) as (app, (disk,)):
        now = app.engine.clock.now()
        until = now + timedelta(hours=1)
        app.store.claims.acquire(key, "bob", why, now, until)
        verdict = app.judge(app.propose(()), ask=False, why="")
        told = " ".join(f"{p.summary} {p.detail}" for p in _problems(verdict))
        assert key in told
        assert "bob" in told
        assert why in told
        assert not (disk / "a").exists()


def _problems(verdict: Verdict) -> list[Any]:
    return [objection.problem for objection in verdict.objections]


@few
@given(st.text("abcdefgh'\"\\ +/=", min_size=6, max_size=20).filter(str.strip))
def test_6_no_secret_is_kept_or_shown_anywhere(value: str) -> None:
    resources: list[dict[str, Any]] = [
        {"file": "a", "content": "key=${{ secrets.api }}"},
        {
            "command": 'printf "loud %s\\n" "$KEY"; touch "$HOLDFAST_ROOT/done"; exit 3',
            "check": 'test -e "$HOLDFAST_ROOT/done"',
            "env": {"KEY": "${{ secrets.api }}"},
        },
    ]
    with world(resources) as (app, (disk,)):
        app.secrets.set("api", value)
        from holdfast.cli.views import plan as plan_view
        from holdfast.cli.views import report as report_view
        from holdfast.cli.views.evidence import page

        proposal = app.propose(())
        report = _apply(app, proposal)
        assert (disk / "a").read_text() == f"key={value}"
        known = evidence(app, report.run)
        shown = [
            plan_view.human(proposal.plan),
            str(plan_view.data(proposal.plan)),
            str(report_view.data(report)),
            page(known.told, known.entries, known.contents),
            repr(proposal),
            app.commands_text(proposal.plan),
        ]
        assert [text for text in shown if value in text] == []
        kept = b"".join(p.read_bytes() for p in app.state.glob("*") if p.is_file())
        assert value.encode() not in kept


@few
@given(
    st.integers(1, 5),
    st.integers(0, 4),
    st.lists(st.sampled_from([1, 2, "50%", "100%"]), min_size=1, max_size=3),
)
def test_7_a_failure_stops_its_wave_and_one_list_says_what_became_of_each(
    hosts: int, bad: int, serial: list[Any]
) -> None:
    resources: list[dict[str, Any]] = [
        {"file": "a", "content": "x"},
        {"command": 'test ! -e "$HOLDFAST_ROOT/bad"', "check": "false"},
        {"file": "z", "content": "x"},
    ]
    with world(resources, hosts, rollout={"serial": serial}) as (app, disks):
        for number, disk in enumerate(disks):
            if number == bad:
                (disk / "bad").touch()
        report = _apply(app, app.propose(()))
        told = {str(o.change.address) for o in report.walked.outcomes}
        assert told == {str(c.address) for c in report.plan.changes}
        touched = {o.change.address.host for o in report.walked.of(Event.SUCCEEDED)}
        for number, disk in enumerate(disks):
            assert (disk / "a").exists() == (f"h{number}" in touched)
            assert not (number == bad and (disk / "z").exists())
        assert _never_begun_after(report, disks)


def _never_begun_after(report: Report, disks: list[Path]) -> bool:
    """Once stopped, no later host was touched at all."""
    begun = [(disk / "a").exists() for disk in disks]
    return begun == sorted(begun, reverse=True) and (
        bool(report.walked.stopped) or all(begun)
    )
