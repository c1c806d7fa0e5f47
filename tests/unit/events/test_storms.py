"""Alert storms as Alertmanager tells them (version 4), through workflows as written."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fakes import StoppedClock
from holdfast.app import open_application
from holdfast.app.desks.events import LocalEventDesk
from holdfast.app.desks.local import desks_for
from holdfast.app.reacting.wiring import reactor_for
from holdfast.app.runs.wiring import crew_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
hooks: {alerts: {kind: alertmanager, secret: alerts_token}}
"""
HOSTS = "hosts: {web-1: {environment: production}}\nconnect: {driver: local, root: m}\n"
FLOW = """
name: fix
on:
  ON
limits: {LIMITS}
jobs: {mend: {runs-on: nobody-has-this, steps: [{run: "true"}]}}
"""
ALERT = "alert: {match: {alertname: HighMemory}}"
TWO = "[{match: {labels.alertname: Db}}, {match: {labels.alertname: Web}}]"


class Sent(NamedTuple):
    """One alert as it is sent, so many seconds after noon."""

    at: float
    host: str = "web-1"
    name: str = "HighMemory"
    status: str = "firing"
    rack: str = "7"


def delivery(*alerts: Sent) -> bytes:
    """What Alertmanager sends: documented fields of version 4."""
    told = [
        {
            "status": one.status,
            "labels": {"alertname": one.name, "host": one.host, "rack": one.rack},
            "annotations": {"summary": "memory is high"},
            "startsAt": (NOON + timedelta(seconds=one.at)).isoformat(),
            "endsAt": (
                (NOON + timedelta(seconds=one.at + 1)).isoformat()
                if one.status == "resolved"
                else "0001-01-01T00:00:00Z"
            ),
            "generatorURL": "http://prometheus/graph",
            "fingerprint": f"{one.name}-{one.host}",
        }
        for one in alerts
    ]
    payload = {
        "version": "4",
        "groupKey": "{}:{alertname='HighMemory'}",
        "truncatedAlerts": 0,
        "status": alerts[0].status,
        "receiver": "holdfast",
        "groupLabels": {"alertname": alerts[0].name},
        "commonLabels": {"alertname": alerts[0].name},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager",
        "alerts": told,
    }
    return json.dumps(payload).encode()


class Shop:
    def __init__(self, root: Path, on: str, limits: str) -> None:
        files = {
            "holdfast.yaml": PROJECT,
            "hosts/all.yaml": HOSTS,
            "workflows/fix.yaml": FLOW.replace("ON", on).replace("LIMITS", limits),
        }
        for name, text in files.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        self.app = open_application(root)
        self.clock = StoppedClock(NOON)
        self.app.engine = replace(self.app.engine, clock=self.clock)
        self.crew = crew_of(self.app)
        desk = desks_for(self.crew).events
        assert isinstance(desk, LocalEventDesk)
        self.desk = replace(desk, usable=lambda _: ["a-token"])
        self.reactor = reactor_for(self.app, self.crew.keeper, "one")

    def sends(self, *alerts: Sent) -> None:
        """Time goes on until they come in one delivery, and somebody reacts."""
        self.at(alerts[0].at)
        headers = {"Authorization": "Bearer a-token"}
        assert self.desk.receive("alerts", headers, delivery(*alerts)).status == 202
        self.reactor.tick()

    def at(self, seconds: float) -> None:
        """Time goes on, second by second where something is due."""
        until = NOON + timedelta(seconds=seconds)
        while (due := self.reactor.wakes()) is not None and due <= until:
            self.clock.time = max(due, self.clock.time)
            if not self.reactor.tick():
                break
        self.clock.time = until
        self.reactor.tick()

    @property
    def starts(self) -> list[float]:
        """When runs were started, in seconds after noon."""
        rows = self.app.store.runs.runs()
        return sorted((row.created - NOON).total_seconds() for row in rows)

    @property
    def said(self) -> list[str]:
        """Every decision, oldest first."""
        made = self.app.store.events.decisions()
        return [f"{one.verb}: {one.reason}" for one in reversed(made)]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    made: list[Shop] = []

    def shop(on: str = ALERT, limits: str = "attempts: 99") -> Shop:
        made.append(Shop(tmp_path, on, limits))
        return made[0]

    yield shop
    for one in made:
        one.crew.close()
        one.app.close()


R = "resolved"
CASES: dict[str, tuple[str, str, list[list[Sent]], list[float]]] = {
    "each one without limits": (ALERT, "", [[Sent(0)], [Sent(5)]], [0, 5]),
    "one in so long": (
        ALERT,
        "once_within: 10m",
        [[Sent(0)], [Sent(30)], [Sent(599)], [Sent(600)]],
        [0, 600],
    ),
    "one for all that came": (
        ALERT,
        "once_after: 1m",
        [[Sent(0), Sent(0, "web-2")], [Sent(59, "web-3")], [Sent(61)]],
        [60, 121],
    ),
    "when enough came": (
        ALERT,
        "accumulate_within: 5m, threshold: 3",
        [[Sent(0)], [Sent(250, "web-2")], [Sent(301)], [Sent(400)]],
        [400],
    ),
    "each target by itself": (
        ALERT,
        "once_within: 10m, per: target",
        [[Sent(0), Sent(0, "web-2")], [Sent(9)], [Sent(9, "web-3")]],
        [0, 0, 9],
    ),
    "all targets together": (
        ALERT,
        "once_within: 10m",
        [[Sent(0), Sent(0, "web-2"), Sent(0, "web-3")]],
        [0],
    ),
    "by what an expression says": (
        ALERT,
        "once_within: 10m, per: event.labels.rack",
        [[Sent(0), Sent(0, "web-2"), Sent(0, "web-3", rack="8")]],
        [0, 0],
    ),
    "all conditions in time": (
        f"event: {{all: {TWO}, timeout: 5m}}",
        "",
        [[Sent(0, name="Db")], [Sent(299, name="Web")]],
        [299],
    ),
    "all conditions, too late": (
        f"event: {{all: {TWO}, timeout: 5m}}",
        "",
        [[Sent(0, name="Db")], [Sent(301, name="Web")]],
        [],
    ),
    "any condition": (
        f"event: {{any: {TWO}}}",
        "",
        [[Sent(0, name="Web")], [Sent(9, name="Other")], [Sent(10, name="Db")]],
        [0, 10],
    ),
    "not all conditions": (
        f"event: {{not_all: {TWO}, timeout: 2m}}",
        "",
        [[Sent(0, name="Db")], [Sent(500, name="Db")], [Sent(510, name="Web")]],
        [120],
    ),
    "over before it started": (
        ALERT,
        "once_after: 1m",
        [[Sent(0)], [Sent(30, status=R)]],
        [],
    ),
    "over, and somebody waits for that": (
        "alert: {match: {alertname: HighMemory}, types: [resolved]}",
        "",
        [[Sent(0)], [Sent(30, status=R)]],
        [30],
    ),
    "told again and again": (ALERT, "", [[Sent(0)], [Sent(0)], [Sent(0)]], [0]),
    "from somebody else": ("alert: {source: grafana}", "", [[Sent(0)]], []),
    "to that endpoint": ("webhook: alerts", "", [[Sent(0)]], [0]),
    "to another endpoint": ("webhook: {hook: others}", "", [[Sent(0)]], []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_storm_starts_what_its_workflow_says(make: Any, name: str) -> None:
    on, limits, deliveries, starts = CASES[name]
    shop = make(on, ", ".join(filter(None, [limits, "attempts: 99"])))
    for alerts in deliveries:
        shop.sends(*alerts)
    shop.at(1000)
    assert [round(at) for at in shop.starts] == starts
    backtest = desks_for(shop.crew).rules.backtest("fix", "1h")
    assert backtest.count("start") == len(starts)
    assert backtest.differs == 0


def test_a_resolved_alert_closes_the_loop(make: Any) -> None:
    shop = make()
    shop.sends(Sent(0))
    shop.sends(Sent(60, status=R))
    assert shop.said == ["start: it fits", "close: the alert is over"]
    assert len(shop.starts) == 1
