"""The same question to a desk of this process and to one behind a server: one answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from holdfast.app import open_application
from holdfast.app.desks.local import desks_for
from holdfast.app.opening.discovery import Server, desks_at
from holdfast.app.reacting.wiring import reactor_for, scheduler_for
from holdfast.app.runs.wiring import crew_of
from holdfast.cli.main import holdfast
from holdfast.drivers.files import write_private
from holdfast.ports import Desks, Told
from holdfast.problems import HoldfastError
from holdfast.server import Access, application, serve

PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
hooks:
  alerts: {kind: alertmanager, secret: alerts_token}
"""
HOSTS = "hosts: {web-1: {environment: production}}\nconnect: {driver: local, root: m}\n"
FIX = """
name: fix
on:
  alert: {match: {alertname: HighMemory}}
  workflow_dispatch: {inputs: {host: {default: none}}}
limits: {per: target, attempts: 1}
jobs: {mend: {runs-on: nobody-has-this, steps: [{run: "true"}]}}
"""
NIGHTLY = """
name: nightly
on: {schedule: [{cron: "30 2 * * *", timezone: Europe/Berlin, catch_up: ask}]}
jobs: {clean: {runs-on: nobody-has-this, steps: [{run: "true"}]}}
"""
TOLD = Told("alert", {"labels": {"alertname": "HighMemory", "host": "web-1"}}, "prom")
FIRING = Told(TOLD.type, TOLD.data, TOLD.source, "firing", "f-1")


@dataclass
class House:
    here: Desks
    there: Desks
    url: str
    token: str
    tick: Callable[[], object]


def written(root: Path) -> Path:
    """The files of the project, in a folder."""
    files = {
        "holdfast.yaml": PROJECT,
        "hosts/all.yaml": HOSTS,
        "workflows/fix.yaml": FIX,
        "workflows/nightly.yaml": NIGHTLY,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    root = written(tmp_path_factory.mktemp("shop"))
    app = open_application(root)
    crew = crew_of(app)
    scheduler = scheduler_for(app, crew.keeper, "one")
    reactor = reactor_for(app, crew.keeper, "one")
    scheduler.tick()
    desks = desks_for(crew, scheduler)
    access = Access(root / "tokens.json", write_private)
    token = access.add("ann")
    listening = serve(
        application(desks, access, "shop", app.engine.clock),
        "127.0.0.1",
        0,
        app.engine.clock,
    )
    url = f"http://127.0.0.1:{listening.port}"
    with desks_at(Server(url, token)) as there:
        desks.events.send(FIRING, "ann")
        desks.events.send(Told("note", {"n": [1, None, {"deep": "<b>"}]}), "ann")
        reactor.tick()
        yield House(desks, there, url, token, reactor.tick)
    listening.stop()
    crew.close()
    app.close()


def newest(desks: Desks, sort: str = "") -> str:
    return desks.events.events(sort, 1)[0].id


QUESTIONS: dict[str, Callable[[Desks], Any]] = {
    "events": lambda desks: desks.events.events(),
    "events of a type": lambda desks: desks.events.events("note"),
    "a page of events": lambda desks: desks.events.events("", 1, newest(desks)),
    "an event": lambda desks: desks.events.event(newest(desks, "prom")),
    "why an event": lambda desks: desks.events.why(newest(desks, "prom")),
    "the version": lambda desks: desks.events.version(),
    "schedules": lambda desks: desks.schedules.schedules(),
    "schedules of one": lambda desks: desks.schedules.schedules("nightly"),
    "the next page": lambda d: d.schedules.schedules("", 5, "workflows/nightly.yaml/0"),
    "missed": lambda desks: desks.schedules.missed(),
    "passed": lambda desks: desks.schedules.passed(),
    "why a schedule": lambda desks: desks.schedules.why("nightly"),
    "why one schedule": lambda d: d.schedules.why("workflows/nightly.yaml/0"),
    "no pause": lambda d: d.schedules.resume("nightly", "ann", "x"),
    "no reason": lambda d: d.schedules.pause("nightly", "ann", " "),
    "no pause of a rule": lambda d: d.rules.resume("fix", "ann", "x"),
    "rules": lambda desks: desks.rules.rules(),
    "a rule": lambda desks: desks.rules.rule("workflows/fix.yaml"),
    "a run": lambda desks: desks.runs.run(desks.runs.runs()[0].id),
    "the version of runs": lambda desks: desks.runs.version(),
    "the version of a run": lambda d: d.runs.version(d.runs.runs()[0].id),
    "no version": lambda desks: desks.runs.version("r999"),
    "runs by alert": lambda desks: desks.runs.runs(trigger="alert"),
    "runs by push": lambda desks: desks.runs.runs(trigger="push"),
    "no event": lambda desks: desks.events.event("e-0"),
    "no replay": lambda desks: desks.events.replay("e-0", "ann"),
    "no schedule": lambda desks: desks.schedules.why("fix"),
    "no rule": lambda desks: desks.rules.rule("fxi"),
    "no target": lambda desks: desks.rules.close("fix", "web-9", "ann", "x"),
    "nothing missed": lambda d: d.schedules.answer(999, "ann", "x", run=True),
    "not our name": lambda d: d.events.send(Told("x", {}, "holdfast"), "ann"),
    "no endpoint": lambda desks: desks.events.receive("nothing", {}, b"{}"),
    "no proof": lambda desks: desks.events.receive("alerts", {}, b"{}"),
}


def asked(question: Callable[[Desks], Any], desks: Desks) -> Any:
    try:
        found = question(desks)
    except HoldfastError as error:
        problem = error.problems[0]
        return problem.code, problem.summary, problem.detail, problem.next_step
    return tuple(found) if isinstance(found, list) else found


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_question_has_one_answer(house: House, name: str) -> None:
    here = asked(QUESTIONS[name], house.here)
    assert asked(QUESTIONS[name], house.there) == here
    assert here not in (None, "")


def test_a_backtest_is_the_same_but_for_the_moment(house: House) -> None:
    here = house.here.rules.backtest("fix", "1d")
    there = house.there.rules.backtest("fix", "1d")
    assert (here.answers, here.targets) == (there.answers, there.targets)
    assert here.count("start") >= 1


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_key_stands_for_one_request(house: House, where: str) -> None:
    desks: Desks = getattr(house, where)
    again = [desks.events.send(FIRING, "ann", f"k-{where}").id for _ in range(3)]
    assert len(set(again)) == 1
    with pytest.raises(HoldfastError, match="used for another request"):
        desks.events.send(TOLD, "ann", f"k-{where}")
    runs = [desks.runs.start("fix", {}, "ann", "w", f"k-{where}") for _ in range(3)]
    assert len(set(runs)) == 1
    with pytest.raises(HoldfastError, match="used for another request"):
        desks.runs.start("fix", {"host": "web-1"}, "ann", "w", f"k-{where}")
    assert desks.runs.start("fix", {}, "ann", "w") not in runs


def test_who_asks_is_who_the_token_is_of(house: House) -> None:
    run = house.there.runs.start("fix", {}, "root", "w")
    assert house.there.runs.run(run).row.actor == "ann"
    event = house.there.events.send(Told("note", {}), "root", "mine")
    assert event.id == house.here.events.send(Told("note", {}), "ann", "mine").id


def test_a_key_is_refused_with_409_and_a_monster_with_400(house: House) -> None:
    def sent(body: dict[str, Any], key: str) -> int:
        headers = {"Authorization": f"Bearer {house.token}", "Idempotency-Key": key}
        url = f"{house.url}/api/1/events"
        return httpx.post(url, json=body, headers=headers).status_code

    assert sent({"type": "a"}, "one") == 200
    assert sent({"type": "b"}, "one") == 409
    assert sent({"type": "b"}, "x" * 300) == 400


def test_pages_are_asked_for_one_after_the_other(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token}"}
    found: list[str] = []
    before = ""
    while True:
        url = f"{house.url}/api/1/events?limit=2&before={before}"
        told = httpx.get(url, headers=headers).json()
        found += [one["id"] for one in told["events"]]
        if not (before := told["next"]):
            break
    assert found == [one.id for one in house.here.events.events("", 500)]


def test_the_document_names_every_address(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token}"}
    told = httpx.get(f"{house.url}/api/1/openapi.json", headers=headers).json()
    assert told["openapi"] == "3.1.0"
    assert {"/runs", "/events/{event}", "/missed/{number}"} <= told["paths"].keys()
    for path, methods in told["paths"].items():
        for one in methods.values():
            assert one["summary"] != path


def test_a_breaker_is_closed_by_whose_token_it_is(house: House) -> None:
    for number in range(2):
        event = house.there.events.send(FIRING, "ann", f"breaker-{number}")
        house.tick()
    (run,) = [one for *_, one in house.here.events.event(event.id).decisions[:1]] or [
        ""
    ]
    row, _ = house.here.rules.rule("fix")
    assert not run
    assert [(one.target, one.state) for one in row.circuits] == [("web-1", "open")]
    closed = house.there.rules.close("fix", "web-1", "root", "I looked")
    assert closed.circuits == ()
    _, decisions = house.here.rules.rule("fix")
    assert (decisions[0].verb, decisions[0].reason) == ("reset", "ann: I looked")
    again = house.there.events.send(FIRING, "ann", "after it")
    house.tick()
    ((_, verb, _, started),) = house.here.events.event(again.id).decisions
    assert (verb, bool(started)) == ("started", True)


def test_a_pause_is_the_same_from_both_sides(house: House) -> None:
    (row,) = house.there.schedules.pause("nightly", "root", "it moves", "2h")
    assert row.paused is not None
    assert (row.paused.by, row.paused.why) == ("ann", "it moves")
    assert house.here.schedules.schedules("nightly")[0].paused == row.paused
    (row,) = house.there.schedules.resume(row.id, "root", "it moved")
    assert row.paused is None
    rule = house.there.rules.pause("fix", "root", "we look", "2h")
    assert rule.paused == house.here.rules.rule("fix")[0].paused
    assert house.there.rules.resume("fix", "root", "").paused is None


def test_a_machine_that_has_only_the_files_asks_the_server(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = written(tmp_path)
    monkeypatch.setenv("HOLDFAST_SERVER", house.url)
    monkeypatch.setenv("HOLDFAST_TOKEN", house.token)
    monkeypatch.setenv("HOLDFAST_ACTOR", "root")

    def typed(*words: str) -> str:
        done = CliRunner().invoke(holdfast, ["-C", str(root), *words])
        assert done.exit_code == 0, done.stderr
        return done.stdout

    event = typed("event", "send", "note", "-d", "a=1").strip()
    assert house.here.events.event(event).data == {"a": "1"}
    assert event in typed("event", "list", "--limit", "1")
    assert "came from manual" in typed("why", event)
    run = house.here.runs.start("fix", {}, "ann", "w")
    assert f"{run} of fix was started by ann" in typed("why", run)
    assert "30 2 * * * Europe/Berlin" in typed("why", "nightly")
    assert "fix" in typed("rule", "list")
    assert "Nothing waits" in typed("event", "missed")
    assert "events since" in typed("rule", "backtest", "fix", "--since", "1d")
    again = typed("event", "replay", event).strip()
    assert house.here.events.event(again).data == {"a": "1"}
