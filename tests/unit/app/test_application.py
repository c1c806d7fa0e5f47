"""What only shows when everything is wired together."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from disks import disk_of
from fakes import StoppedClock
from holdfast.app import Application, open_application
from holdfast.app.answers import evidence, stories
from holdfast.cli.views.evidence import page
from holdfast.engine import Report
from holdfast.problems import Exit
from promises.world import world


@pytest.fixture
def app() -> Iterator[Application]:
    resources = [{"file": "a", "content": "1"}, {"file": "b", "content": "1"}]
    with world(resources) as (opened, _):
        yield opened


def _apply(app: Application) -> Report:
    proposal = app.propose(())
    return app.carry_out(proposal, app.judge(proposal, ask=False, why=""))


def _change(app: Application, old: str, new: str) -> Application:
    config = app.root / "config/c.yaml"
    config.write_text(config.read_text().replace(old, new))
    app.close()
    return open_application(app.root)


def _disk(app: Application) -> Path:
    host: Any = app.engine.eyes.hosts["h0"]
    root: Path = host.root
    return root


def test_only_a_part_of_a_run_is_taken_back(app: Application) -> None:
    run = _apply(app).run
    back, lost = app.propose_undo(run, ["file:/a"])
    assert not lost
    report = app.carry_out(back, app.judge(back, ask=False, why=""))
    assert report.exit == Exit.DONE
    assert sorted(path.name for path in _disk(app).iterdir()) == ["b"]


def test_an_undo_is_undone(app: Application) -> None:
    run = _apply(app).run
    after = disk_of(_disk(app))
    back, _ = app.propose_undo(run, ())
    undone = app.carry_out(back, app.judge(back, ask=False, why=""))
    assert disk_of(_disk(app)) == {}
    forth, _ = app.propose_undo(undone.run, ())
    app.carry_out(forth, app.judge(forth, ask=False, why=""))
    assert disk_of(_disk(app)) == after


def test_what_was_changed_since_is_said_before_it_is_lost(app: Application) -> None:
    run = _apply(app).run
    (_disk(app) / "a").write_text("somebody's")
    back, _ = app.propose_undo(run, ())
    assert "plan.changed-since" in {w.code for w in back.plan.warnings}


def test_a_clock_that_goes_backwards_does_not_confuse_the_ledger(
    app: Application,
) -> None:
    clock = StoppedClock()
    object.__setattr__(app.engine, "clock", clock)
    first = _apply(app).run
    clock.time -= timedelta(days=400)
    (_disk(app) / "a").write_text("moved")
    second = _apply(app).run
    assert [story.run for story in stories(app, 10, "")] == [second, first]
    back, _ = app.propose_undo(second, ())
    assert [str(c.address) for c in back.plan.changes] == ["e/h0/file:/a"]


@pytest.mark.slow
def test_a_file_of_a_hundred_megabytes(app: Application) -> None:
    (app.root / "big.bin").write_bytes(b"\0\xff" * (50 << 20))
    app = _change(app, "file: /a\n  content: '1'", "file: /a\n  source: big.bin")
    assert _apply(app).exit == Exit.DONE
    assert (_disk(app) / "a").stat().st_size == 100 << 20
    run = app.store.ledger.runs(1)[0]
    (_disk(app) / "a").write_bytes(b"x" * (100 << 20))
    assert _apply(app).exit == Exit.DONE
    back, lost = app.propose_undo(app.store.ledger.runs(1)[0], ())
    assert not lost
    assert app.carry_out(back, app.judge(back, ask=False, why="")).exit == Exit.DONE
    with (_disk(app) / "a").open("rb") as file:
        assert file.read(3) == b"xxx"
    assert run == "r1"
    app.close()


def test_a_host_that_could_not_be_asked_is_not_forgotten() -> None:
    resources = [{"file": "a", "content": "1"}]
    with world(resources, hosts=2) as (app, disks):
        silent: Any = app.engine.eyes.hosts["h1"]
        silent.fail = lambda _number: "unreachable"
        proposal = app.propose(())
        assert set(proposal.plan.unknown) == {"h1"}
        report = app.carry_out(proposal, app.judge(proposal, ask=False, why=""))
        assert report.exit == Exit.UNREACHABLE
        assert (disks[0] / "a").exists()


def test_what_does_not_hold_is_said_and_can_be_taken_back() -> None:
    resources = [
        {"file": "a", "content": "1"},
        {"command": 'echo 2 >"$HOLDFAST_ROOT/a"', "check": "false", "undo": "true"},
    ]
    with world(resources) as (app, (disk,)):
        report = _apply(app)
        assert report.exit == Exit.PERSON_NEEDED
        assert {str(c.address) for c in report.proof.remaining} == {
            "e/h0/file:/a",
            'e/h0/command:echo 2 >"$HOLDFAST_ROOT/a"',
        }
        back, _ = app.propose_undo(report.run, ())
        app.carry_out(back, app.judge(back, ask=False, why=""))
        assert not (disk / "a").exists()


def test_a_check_that_does_not_pass_stops_the_waves_after_it() -> None:
    resources = [{"file": "a", "content": "1"}]
    with world(resources, hosts=3, rollout={"serial": [1]}) as (app, disks):
        config = app.root / "config/c.yaml"
        config.write_text(config.read_text() + "checks: [{command: 'exit 4'}]\n")
        app.close()
        again = open_application(app.root)
        report = _apply(again)
        assert report.walked.stopped
        assert [(disk / "a").exists() for disk in disks] == [True, False, False]
        assert report.proof.failed_checks
        again.close()


def test_the_page_of_a_run_answers_what_is_asked_first(app: Application) -> None:
    _apply(app)
    changed = _change(app, "'1'", "'<script>alert(1)</script>'")
    report = _apply(changed)
    known = evidence(changed, report.run)
    text = page(known.told, known.entries, known.contents)
    assert "done, verified" in text
    assert "<ins>+&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in text
    assert "<del>-1</del>" in text
    assert "<script" not in text
    assert "http" not in text, "it needs no network"
    assert all(entry.hash in text for entry in known.entries)
    changed.close()
