"""Pages of events, schedules and rules, over the desks of a real project."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes import StoppedClock
from holdfast.app import open_application
from holdfast.app.application import Application
from holdfast.app.desks.local import desks_for
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.reacting.wiring import reactor_for, scheduler_for
from holdfast.app.runs.wiring import crew_of
from holdfast.drivers.files import write_private
from holdfast.engine.trusting import take_trust
from holdfast.ports import Told
from holdfast.server import Access, application
from unit.server.test_api import Client
from unit.server.test_desks_alike import FIX, HOSTS, NIGHTLY, PROJECT, TOLD

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
HOURLY = NIGHTLY.replace("nightly", "hourly").replace("30 2 * * *", "0 * * * *")
SKIPPED = HOURLY.replace("hourly", "often").replace("catch_up: ask", "catch_up: skip")


class Shop:
    """A project with a server, a scheduler and a reactor on a clock moved by hand."""

    def __init__(self, root: Path, app: Application) -> None:
        self.clock = StoppedClock(NOON)
        app.engine = replace(app.engine, clock=self.clock)
        self.app, self.crew = app, crew_of(app)
        self.scheduler = scheduler_for(app, self.crew.keeper, "one")
        self.reactor = reactor_for(app, self.crew.keeper, "one")
        self.desks = desks_for(self.crew, self.scheduler)
        access = Access(root / "tokens.json", write_private)
        self.client = Client(
            application(self.desks, access, "shop", self.clock), access.add("ann")
        )
        self.scheduler.tick()

    def later(self, **passed: float) -> None:
        self.clock.time += timedelta(**passed)
        self.scheduler.tick()
        self.reactor.tick()

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer.text

    def sends(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields)

    def fires(self) -> str:
        labels = {"alertname": "HighMemory", "host": "web-1", "text": HOSTILE}
        told = Told("alert", {"labels": labels}, "prom", "firing", HOSTILE)
        event = self.desks.events.send(told, "ann").id
        self.later(seconds=1)
        return event


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    files = {
        "holdfast.yaml": PROJECT,
        "hosts/all.yaml": HOSTS,
        "workflows/fix.yaml": FIX,
        "workflows/nightly.yaml": NIGHTLY,
        "workflows/hourly.yaml": HOURLY,
        "workflows/often.yaml": SKIPPED,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    app = open_application(tmp_path)
    made = Shop(tmp_path, app)
    yield made
    made.crew.close()
    app.close()


def test_events_are_shown_with_what_came_of_them(shop: Shop) -> None:
    event = shop.fires()
    page = shop.page("/events")
    assert event in page
    assert "/runs/r1" in page
    assert "it fits" in page
    assert HOSTILE not in page
    assert event not in shop.page("/events?type=github")
    assert event in shop.page("/events?type=prom")


def test_an_event_shows_its_data_and_each_condition(shop: Shop) -> None:
    event = shop.fires()
    page = shop.page(f"/events/{event}")
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "alertname is HighMemory" in page
    assert "seen: <code>HighMemory</code>" in page
    told = Told("alert", {"labels": {}}, "prom", "firing")
    other = shop.desks.events.send(told, "ann").id
    assert "field missing" in shop.page(f"/events/{other}")
    assert shop.client.get("/events/e-0").status_code == 404


def test_an_event_is_looked_at_again_by_a_button(shop: Shop) -> None:
    event = shop.fires()
    answer = shop.sends(f"/events/{event}/replay")
    assert answer.status_code == 303
    assert answer.headers["location"] not in ("", f"/events/{event}")
    assert len(shop.desks.events.events("prom")) == 2


def test_a_live_page_gives_its_part_and_says_where_to_look(shop: Shop) -> None:
    page = shop.page("/events?type=prom")
    assert 'data-live="/events?type=prom&amp;part=1"' in page
    part = shop.page("/events?type=prom&part=1")
    assert "<html" not in part
    assert "<h1>" not in part
    assert "No event is from or of <code>prom</code>" in part
    before = json.loads(shop.client.get("/api/1/events/version").text)["version"]
    assert f'data-version="{before}"' in page
    shop.fires()
    assert (
        json.loads(shop.client.get("/api/1/events/version").text)["version"] != before
    )


def test_schedules_show_their_next_moments_in_their_zone_and_in_utc(shop: Shop) -> None:
    page = shop.page("/schedules?workflow=nightly")
    assert "Tue 2026-03-03 02:30" in page
    assert "Tue 2026-03-03 01:30" in page
    assert "team-shop" in page
    assert page.count("<tr><td>") == 5
    assert "hourly" not in page


def test_missed_runs_are_decided_several_at_once_with_a_reason(shop: Shop) -> None:
    shop.later(hours=3, minutes=5)
    page = shop.page("/missed")
    assert "<h1>6 missed, 3 skipped by rule, 3 to decide</h1>" in page
    assert "3 missed runs wait for a decision" in shop.page("/schedules")
    first, second, third = re.findall(r'name="(pick\.\d+)"', page)
    refused = shop.sends("/missed", do="run", why=" ", **{first: "on"})
    assert "no reason was given" in refused.text
    assert shop.sends("/missed", do="run", why="needed").status_code == 400
    done = shop.sends("/missed", do="run", why="needed", **{first: "on", third: "on"})
    assert done.status_code == 303
    assert [row.workflow for row in shop.desks.runs.runs()] == ["hourly", "hourly"]
    shop.sends("/missed", do="skip", why="not today", **{second: "on"})
    assert "Nothing waits for a decision" in shop.page("/missed")
    again = shop.sends("/missed", do="skip", why="x", **{second: "on"})
    assert again.status_code == 409
    assert "ann: not today" in shop.page("/schedules?workflow=hourly")


def test_a_schedule_is_paused_and_resumed_by_buttons(shop: Shop) -> None:
    told = {"schedule": "workflows/hourly.yaml/0"}
    assert shop.sends("/schedules/pause", **told).status_code == 400
    told["why"] = HOSTILE
    assert shop.sends("/schedules/pause", **told, until="2h").status_code == 303
    page = shop.page("/schedules?workflow=hourly")
    assert re.search("by ann since .*2026-03-02 12:00 UTC<", page)
    assert re.search("until .*2026-03-02 14:00 UTC<", page)
    assert HOSTILE not in page
    shop.later(hours=1)
    assert "hourly" not in shop.page("/missed")
    assert shop.sends("/schedules/pause", **told, do="resume").status_code == 303
    shop.later(seconds=1)
    assert "missed by a pause" in shop.page("/missed")
    assert "Resume it" not in shop.page("/schedules?workflow=hourly")


def test_a_paused_rule_starts_nothing_until_it_is_resumed(shop: Shop) -> None:
    told = {"workflow": "workflows/fix.yaml", "why": "we look"}
    assert shop.sends("/rules/pause", **told).status_code == 303
    assert "by ann since" in shop.page("/rules")
    assert "the rule is paused" in shop.page(f"/events/{shop.fires()}")
    assert not shop.desks.runs.runs(workflow="fix")
    assert shop.sends("/rules/pause", **told, do="resume").status_code == 303
    shop.later(hours=1)
    shop.desks.events.send(Told("alert", TOLD.data, "prom", "firing", "f-2"), "ann")
    shop.later(seconds=1)
    assert len(shop.desks.runs.runs(workflow="fix")) == 1


def test_trust_is_given_back_by_a_button(shop: Shop) -> None:
    told = {"workflow": "workflows/fix.yaml", "why": "it was right"}
    assert "Let it act by itself again" not in shop.page("/rules")
    assert shop.sends("/rules/trust", **told).status_code == 400
    with shop.app.store.runs.begin() as runs:
        events = shop.app.store.events.within(runs)
        take_trust(runs, events, told["workflow"], "r1 failed", NOON)
    assert "Let it act by itself again" in shop.page("/rules")
    assert shop.sends("/rules/trust", **told, do="").status_code == 303
    page = shop.page("/rules")
    assert "Let it act by itself again" not in page
    assert "ann gave trust back" in page


def test_rules_show_an_open_breaker_and_close_it_with_a_reason(shop: Shop) -> None:
    shop.fires()
    shop.desks.runs.cancel("r1", "no", "ann")
    shop.later(seconds=1)
    shop.fires()
    page = shop.page("/rules")
    assert "breaker open" in page
    assert "started 1" in page
    told = {"workflow": "workflows/fix.yaml", "target": "web-1"}
    assert shop.sends("/rules/close", **told, why="").status_code == 400
    assert shop.sends("/rules/close", **told, why="I looked").status_code == 303
    assert "breaker open" not in shop.page("/rules")


def test_a_backtest_is_a_page(shop: Shop) -> None:
    shop.fires()
    page = shop.page("/rules/backtest?workflow=workflows/fix.yaml&since=1d")
    assert "fix, asked about 1 stored events" in page
    assert "start 1" in page
    bad = shop.client.get("/rules/backtest?workflow=fix&since=soon")
    assert bad.status_code == 400


def test_a_token_is_taken_from_a_form_and_never_from_an_address(shop: Shop) -> None:
    token, shop.client.token = shop.client.token, ""
    asked = shop.client.get(f"/sign-in?token={token}")
    assert "set-cookie" not in asked.headers
    signed = shop.client.post("/sign-in", data={"token": token})
    assert signed.status_code == 303
    assert "samesite=strict" in signed.headers["set-cookie"].lower()
    assert shop.client.post("/sign-in", data={"token": "x"}).status_code == 401
    assert shop.client.post("/sign-in", content=b"\xff=").status_code == 400


def test_an_address_that_is_none_is_a_page_and_in_the_api_a_problem(shop: Shop) -> None:
    answer = shop.client.get("/zzz")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert '<a href="/workflows">Workflows</a>' in answer.text
    told = shop.client.get("/api/1/zzz")
    assert (told.status_code, told.json()["code"]) == (404, "server.no-such-page")


def test_the_menu_says_where_one_is(shop: Shop) -> None:
    assert '<a href="/rules" aria-current="page">Rules</a>' in shop.page("/rules")
    assert 'aria-current="page">Runs</a>' in shop.page("/")


def test_a_run_is_a_picture_with_signs_and_how_long_it_takes(shop: Shop) -> None:
    run = shop.desks.runs.start("fix", {"host": "web-1"}, "ann")
    shop.later(seconds=75)
    page = shop.page(f"/runs/{run}")
    assert "for 1m15s" in page
    assert '<text class="sign"' in page


def test_the_list_of_runs_is_asked_for_and_paged(shop: Shop) -> None:
    runs = [shop.desks.runs.start("fix", {}, "ann") for _ in range(52)]
    shop.later(hours=3, minutes=5)
    first = shop.page("/?workflow=fix&trigger=workflow_dispatch")
    assert first.count('<tr id="row-') == 50
    assert f'href="/runs/{runs[-1]}"' in first
    older = re.search(r'href="(/\?[^"]*before=[^"]*)"', first)
    assert older
    last = shop.page(older[1].replace("&amp;", "&"))
    assert last.count('<tr id="row-') == 2
    assert f'href="/runs/{runs[0]}"' in last
    assert "These are the oldest" in last
    assert "No run is like that" in shop.page("/?state=failed")
    assert shop.page("/?state=not+ended").count('<tr id="row-') == 50
    assert "No run is like that" in shop.page("/?trigger=push")
    assert shop.client.get("/?before=zzz&state=nonsense").status_code == 200


def test_the_list_of_runs_is_live_and_looks_at_few_things(shop: Shop) -> None:
    page = shop.page("/?workflow=fix")
    assert 'data-live="/?workflow=fix&amp;part=1"' in page
    assert 'data-watch="/api/1/runs/version"' in page
    version = shop.client.get("/api/1/runs/version").json()["version"]
    assert f'data-version="{version}"' in page
    shop.desks.runs.start("fix", {}, "ann")
    assert shop.client.get("/api/1/runs/version").json()["version"] > version
    part = shop.page("/?workflow=fix&part=1")
    assert 'id="row-r1"' in part
    assert "<form" not in part


def test_what_changes_while_a_page_is_made_is_told_by_the_next_look(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, read = shop.desks.runs.version(), LocalRunDesk.runs

    def slowly(desk: LocalRunDesk, *asked: Any, **more: Any) -> Any:
        rows = read(desk, *asked, **more)
        desk.start("fix", {}, "ann")
        return rows

    monkeypatch.setattr(LocalRunDesk, "runs", slowly)
    page = shop.page("/")
    assert "/runs/r1" not in page
    assert f'data-version="{before}"' in page
    assert shop.desks.runs.version() > before


def test_a_token_nobody_knows_is_told_from_none(shop: Shop) -> None:
    strange = Client(shop.client.app, "x").get("/api/1/runs")
    assert strange.status_code == 401
    assert (
        "The token that was sent is none of this server's" in strange.json()["detail"]
    )
