"""What is typed about events and rules, and what comes out."""

import gc
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import holdfast.app
from fakes import StoppedClock
from holdfast.app import open_application
from holdfast.app.application import Application
from holdfast.app.reacting.wiring import (
    opening,
    poller_for,
    reactor_for,
    requests_of,
    scheduler_for,
)
from holdfast.cli.main import holdfast as command
from holdfast.declare import Schedule, Storm
from holdfast.engine.reacting import Stopped
from holdfast.engine.runs.keeper import Keeper
from holdfast.problems import HoldfastError
from unit.reacting.scene import flow
from unit.runs.world import ListedSegments, job

PROJECT = """
project: shop
owner: team-shop
environments:
  production: {gates: {windows: ["Mon-Fri 08:00-18:00 Europe/Berlin"]}}
  staging: {}
hooks:
  alerts: {kind: alertmanager, secret: alerts_token}
polls:
  api: {git: /nowhere/shop/api.git, every: 5m}
"""
HOSTS = "hosts: {web-1: {environment: production}}\nconnect: {driver: local, root: m}\n"
Type = Callable[..., Result]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "hosts").mkdir()
    (tmp_path / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "hosts/all.yaml").write_text(HOSTS, encoding="utf-8")
    monkeypatch.setenv("HOLDFAST_ACTOR", "ann")
    return tmp_path


FIX = flow("fix", limits=Storm(once_within=3600, per="target", attempts=1))
NIGHTLY = flow("nightly", schedules=(Schedule("30 2 * * *", "Europe/Berlin"),))


@pytest.fixture
def typed(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Type]:
    """Type a command about a project with two workflows."""
    monkeypatch.setattr(holdfast.app, "open_application", with_flows)
    hook = sys.excepthook

    def run(*words: str, **more: Any) -> Result:
        return CliRunner().invoke(command, ["-C", str(root), *words], **more)

    yield run
    sys.excepthook = hook
    gc.unfreeze()


def with_flows(directory: Path, *_: object) -> Application:
    app = open_application(directory)
    app.project = replace(app.project, workflows=(FIX, NIGHTLY))
    return app


def test_an_event_is_sent_listed_shown_and_sent_again(
    typed: Type, tmp_path: Path
) -> None:
    assert "Nothing was stored" in typed("event", "list").stdout
    data = tmp_path / "data.json"
    data.write_text('{"labels": {"host": "web-1"}, "n": 1}', encoding="utf-8")
    sent = typed(
        "event", "send", "alert", "--action", "firing", "--file", str(data),
        "-d", "labels.severity=page",
    )  # fmt: skip
    assert sent.exception is None, sent.stderr
    name = sent.stdout.strip()
    shown = json.loads(typed("event", "show", name, "--json").stdout)
    assert shown["schema"] == "holdfast.event/1"
    assert shown["data"] == {"labels": {"host": "web-1", "severity": "page"}, "n": 1}
    assert "Nothing came of it so far" in typed("event", "show", name).stdout
    again = typed("event", "replay", name).stdout.strip()
    assert again != name
    listed = json.loads(typed("event", "list", "--json", "--type", "alert").stdout)
    assert [one["id"] for one in listed["events"]] == [again, name]
    assert name in typed("event", "list").stdout
    why = typed("why", name)
    assert "fix" in why.stdout
    assert "on: alert" in why.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("event", "show", "e-0"), "There is no event e-0"),
        (("event", "send", "x", "-d", "nothing"), "not written KEY=VALUE"),
        (("event", "send", "x", "-d", "a=1", "-d", "a.b=2"), "which is a value"),
        (("event", "send", "x", "--file", "hosts/all.yaml"), "holds no JSON object"),
        (("event", "send", "x", "--source", "holdfast"), "cannot come from"),
        (("event", "missed", "3"), "--run or --skip"),
        (("event", "missed", "3", "--skip"), "Nobody waits"),
        (("event", "missed", "3", "--run"), "Nobody here can start"),
        (("rule", "show", "fxi"), "There is no workflow `fxi`"),
    ],
)
def test_what_cannot_be_done_is_said(
    typed: Type,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(root)
    done = typed(*words)
    assert done.exception is not None
    problems = getattr(done.exception, "problems", ())
    assert said in done.stderr + " ".join(one.summary for one in problems)


def test_rules_are_listed_shown_and_tested_on_what_is_stored(typed: Type) -> None:
    for _ in range(2):
        typed("event", "send", "alert", "--action", "firing", "-d", "labels.host=web-1")
    listed = typed("rule", "list")
    assert "fix" in listed.stdout
    assert "limits    once within 1h" in typed("rule", "show", "fix").stdout
    found = json.loads(typed("rule", "backtest", "fix", "--json").stdout)
    assert [one["verb"] for one in found["decisions"]] == ["start", "swallow"]
    assert found["targets"] == {"web-1": 1}
    assert found["differs"] == 2
    human = typed("rule", "backtest", "fix", "--since", "1h").stdout
    assert "start 1, swallow 1" in human
    assert "Starts by target: web-1 1" in human
    assert (
        json.loads(typed("rule", "list", "--json").stdout)["rules"][0]["name"] == "fix"
    )


def test_why_a_schedule_is_due(typed: Type) -> None:
    done = typed("why", "nightly")
    assert "\nnightly: 30 2 * * * Europe/Berlin" in done.stdout
    assert done.stdout.count("  next ") == 5
    assert "Nothing waits for a decision" in typed("event", "missed").stdout


def test_a_schedule_is_paused_asked_about_and_resumed(typed: Type) -> None:
    listed = typed("schedule", "list")
    assert "workflows/nightly.yaml/0" in listed.stdout or "nightly" in listed.stdout
    name = json.loads(typed("schedule", "list", "--json").stdout)["schedules"][0]["id"]
    assert "yes" in typed("schedule", "next").stdout
    done = typed("schedule", "pause", name, "--until", "60d", "--why", "it moves")
    assert f"{name} is paused until" in done.stderr
    told = json.loads(typed("schedule", "list", "--json").stdout)["schedules"][0]
    assert (told["paused"]["by"], told["paused"]["why"]) == ("ann", "it moves")
    assert "it moves" in typed("schedule", "list").stdout
    assert "no, paused" in typed("schedule", "next", "nightly", "--limit", "1").stdout
    for subject in (name, "nightly"):
        why = typed("why", subject).stdout
        assert "paused by ann since" in why
        assert f"holdfast schedule resume {name} --why TEXT" in why
        assert why.count("not while it is paused") == 5
    done = typed("schedule", "resume", "nightly", "--why", "it moved")
    assert f"{name} starts runs again" in done.stderr
    assert "paused" not in typed("why", name).stdout


def test_a_paused_rule_says_so_and_starts_nothing(typed: Type) -> None:
    done = typed("rule", "pause", "fix", "--why", "we look ourselves")
    assert "fix starts nothing by itself" in done.stderr
    assert "paused *" in typed("rule", "list").stdout
    assert "by ann since" in typed("rule", "show", "fix").stdout
    assert "As a rule it is paused by ann" in typed("why", "fix").stdout
    assert "answers events again" in typed("rule", "resume", "fix").stderr
    assert "paused" not in typed("rule", "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("schedule", "pause", "nightly"), "needs a reason"),
        (("schedule", "pause", "fix", "--why", "x"), "There is no schedule"),
        (("schedule", "pause", "nightly", "--why", "x", "--until", "2020-01-01"),
         "is over already"),
        (("schedule", "pause", "nightly", "--why", "x", "--until", "soon"),
         "is no moment"),
        (("schedule", "pause", "nightly", "--why", "x", "--until", "9999999999d"),
         "is no moment"),
        (("schedule", "resume", "nightly"), "No such schedule is paused"),
        (("rule", "resume", "fix"), "No such rule is paused"),
        (("why", "workflows/none.yaml/3"), "There is no schedule"),
    ],
)  # fmt: skip
def test_what_cannot_be_paused_or_resumed_is_said(
    typed: Type, words: tuple[str, ...], said: str
) -> None:
    done = typed(*words)
    problems = getattr(done.exception, "problems", ())
    assert said in " ".join(one.summary for one in problems)


def test_what_is_declared_becomes_a_reactor_a_scheduler_and_looks(root: Path) -> None:
    app = with_flows(root)
    clock = StoppedClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    app.engine = replace(app.engine, clock=clock)
    known = {one.file: one for one in app.project.workflows}
    keeper = Keeper(
        app.store.runs,
        ListedSegments(),
        clock,
        lambda view: known[view.started["file"]],
    )
    reactor = reactor_for(app, keeper, "one")
    assert [one.flow.name for one in requests_of(app)] == ["fix", "nightly"]
    assert reactor.fleet == {"web-1": "production"}
    assert app.project.hooks["alerts"].source == "alerts"
    (polled,) = poller_for(app, "one").polled
    assert (polled.name, polled.repository, polled.every) == ("api", "shop/api", 300)
    scheduler = scheduler_for(app, keeper, "one")
    scheduler.tick()
    assert scheduler.wakes() == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
    app.close()


def test_a_stopped_rule_leaves_a_claim_on_its_host(root: Path) -> None:
    app = with_flows(root)
    try:
        keeper = Keeper(app.store.runs, ListedSegments(), app.engine.clock, _no_flow)
        told: list[Stopped] = []
        reactor = reactor_for(app, keeper, "one", told.append)
        until = app.engine.clock.now().replace(year=2099)
        reactor.tell(Stopped("w.yaml", "team-shop", "web-1", "it did not help", until))
        reactor.tell(Stopped("w.yaml", "team-shop", "no host", "it did not", until))
        (claim,) = app.store.claims.held(app.engine.clock.now())
        assert (claim.key, claim.holder) == ("host:web-1", "rule w.yaml")
        assert "it did not help" in claim.why
        assert [one.target for one in told] == ["web-1", "no host"]
    finally:
        app.close()


def _no_flow(_: object) -> Any:
    raise AssertionError


def test_windows_are_those_of_every_environment_a_workflow_names(root: Path) -> None:
    app = with_flows(root)
    is_open = opening(app.project)
    app.close()
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    night = datetime(2026, 3, 2, 22, tzinfo=UTC)
    names: list[tuple[Any, bool]] = [
        ("production", False),
        ({"name": "production", "url": "x"}, False),
        ("staging", True),
        ("${{ inputs.environment }}", True),
        (None, True),
    ]
    for environment, at_night in names:
        one = replace(FIX, jobs=(job("a", environment=environment),))
        caller = replace(FIX, jobs=(job("b", calls=one),))
        for workflow in (one, caller):
            assert is_open(workflow, noon)
            assert is_open(workflow, night) is at_night


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hooks:\n  alerts:", "hooks:\n  holdfast:"),
        ("hooks:\n  alerts:", "hooks:\n  'a b':"),
        ("kind: alertmanager", "kind: alertmanager, name: holdfast"),
        ("every: 5m", "evry: 5m"),
    ],
)
def test_endpoints_that_could_mislead_do_not_load(
    root: Path, old: str, new: str
) -> None:
    file = root / "holdfast.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(HoldfastError) as caught:
        open_application(root)
    assert str(caught.value.problems[0].place).startswith("holdfast.yaml")
