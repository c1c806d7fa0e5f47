"""What people and senders ask about events."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.desks.events import LocalEventDesk
from holdfast.app.desks.pauses import PauseBook
from holdfast.app.desks.rules import LocalRuleDesk
from holdfast.app.desks.schedules import LocalScheduleDesk
from holdfast.declare import Schedule, Trigger, WebhookDeclared
from holdfast.drivers.stores import open_store
from holdfast.drivers.webhooks import receive
from holdfast.engine.runs.request import Request
from holdfast.engine.scheduling import Scheduler, planned
from holdfast.ports import Told
from holdfast.problems import HoldfastError
from unit.reacting.scene import Scene, alert, flow, limits
from unit.runs.world import NOON

KEY = "a secret of some length"
HOOK = WebhookDeclared(
    kind="hmac", name="shop", secret=["now", "before"], delivery_header="X-Id"
)


@dataclass
class Desk:
    scene: Scene
    desk: LocalEventDesk
    rules: LocalRuleDesk
    schedules: LocalScheduleDesk
    woken: list[int] = field(default_factory=list)

    def deliver(
        self, data: Any, name: str = "1", key: str = KEY, hook: str = "shop"
    ) -> int:
        body = json.dumps(data).encode()
        signature = "sha256=" + hmac.digest(key.encode(), body, "sha256").hex()
        headers = {"X-Hub-Signature-256": signature, "X-Id": name}
        return self.desk.receive(hook, headers, body).status

    def knows(self, *flows: Any) -> None:
        self.scene.knows(*flows)
        for one in (self.desk, self.rules, self.schedules):
            one.flows = flows


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(tmp_path / "s.db")
    scene = Scene.of(store)
    pauses = PauseBook(store.events, store.runs, store.ledger, scene.clock)
    secrets = {"now": [KEY], "before": ["the one before it"]}
    made = Desk(
        scene,
        LocalEventDesk(
            store=store.events,
            clock=scene.clock,
            flows=(),
            hooks={"shop": HOOK},
            hear=receive,
            usable=lambda name: secrets.get(name, []),
            redact=lambda text: text.replace("hunter22", "***"),
        ),
        LocalRuleDesk(store.events, store.runs, scene.clock, (), pauses),
        LocalScheduleDesk(store.events, scene.clock, (), pauses),
    )
    made.desk.woken = lambda: made.woken.append(1)
    yield made
    store.close()


def test_what_is_taken_is_stored_and_somebody_is_woken(desk: Desk) -> None:
    assert desk.deliver({"labels": {"host": "web-1"}}) == 202
    (row,) = desk.desk.events()
    assert (row.source, row.type, row.data) == ("shop", "webhook", None)
    assert desk.woken == [1]
    assert desk.desk.event(row.id).data == {"labels": {"host": "web-1"}}


def test_a_delivery_that_comes_again_is_answered_alike_and_kept_once(
    desk: Desk,
) -> None:
    assert [desk.deliver({"a": 1}) for _ in range(3)] == [202, 202, 202]
    assert len(desk.desk.events()) == 1


@pytest.mark.parametrize(
    ("key", "hook", "status"),
    [
        ("the one before it", "shop", 202),
        ("another one", "shop", 401),
        (KEY, "nothing", 404),
    ],
)
def test_who_is_not_proved_stores_nothing(
    desk: Desk, key: str, hook: str, status: int
) -> None:
    assert desk.deliver({"a": 1}, key=key, hook=hook) == status
    assert len(desk.desk.events()) == (1 if status == 202 else 0)


def test_no_secret_is_stored_with_an_event(desk: Desk) -> None:
    desk.deliver({"text": ["the hunter22 is"], "hunter22": {"n": 1}})
    found = desk.desk.event(desk.desk.events()[0].id)
    assert found.data == {"text": ["the *** is"], "***": {"n": 1}}
    sent = desk.desk.send(Told("note", {"text": "hunter22"}), "ann")
    assert sent.data == {"text": "***"}


def test_an_event_says_what_came_of_it(desk: Desk) -> None:
    desk.knows(flow(), flow("other", Trigger("alert", {"match": {"host": "db"}})))
    desk.scene.comes(alert(0))
    row = desk.desk.event(alert(0).id)
    assert row.decisions == (("fix", "started", "it fits", "r1"),)
    assert desk.desk.events()[0].decisions == row.decisions


def test_why_names_every_workflow_and_what_did_not_fit(desk: Desk) -> None:
    desk.knows(
        flow(),
        flow("other", Trigger("alert", {"match": {"host": "db"}})),
        flow("blind", Trigger("alert", {"match": {"rack": "7"}})),
    )
    desk.scene.comes(alert(0))
    lines = desk.desk.why(alert(0).id)
    text = "\n".join(lines)
    assert "fix: started (r1), it fits" in lines
    assert "other: not started, it does not fit" in lines
    assert "host is db (seen: web-1)" in text
    assert any(line.strip().startswith("missing") and "rack" in line for line in lines)


def test_an_event_can_be_looked_at_again_by_what_is_declared_now(desk: Desk) -> None:
    desk.scene.comes(alert(0))
    assert desk.scene.runs == []
    desk.knows(flow())
    desk.scene.at(60)
    again = desk.desk.replay(alert(0).id, "ann")
    assert again.id != alert(0).id
    assert again.data == alert(0).data
    desk.scene.at(61)
    (run,) = desk.scene.runs
    assert desk.scene.world.view(run.id).started["cause"]["event"] == again.id
    assert desk.desk.event(alert(0).id).decisions == ()


def test_what_is_not_there_is_said(desk: Desk) -> None:
    for ask in (desk.desk.event, desk.desk.why):
        with pytest.raises(HoldfastError, match="no event e-0"):
            ask("e-0")
    with pytest.raises(HoldfastError, match="no event e-0"):
        desk.desk.replay("e-0", "ann")
    with pytest.raises(HoldfastError, match="There is no schedule"):
        desk.schedules.why("nothing")


def test_nobody_speaks_as_holdfast(desk: Desk) -> None:
    with pytest.raises(HoldfastError, match="cannot come from"):
        desk.desk.send(Told("run", {"run": "r1"}, source="holdfast"), "ann")
    assert desk.desk.events() == []


def test_why_a_schedule_is_due_and_what_was_missed(desk: Desk) -> None:
    nightly = replace(
        flow("nightly"),
        triggers=(),
        schedules=(Schedule("H 2 * * *", "Europe/Berlin", catch_up="ask"),),
    )
    desk.knows(nightly)
    entries, _ = planned([Request(nightly, {})], "shop")
    keeper, clock = desk.scene.world.keeper, desk.scene.clock
    scheduler = Scheduler(keeper, desk.scene.world.store.events, clock, "one")
    scheduler.adopt(entries)
    scheduler.tick()
    desk.schedules.planned = entries
    clock.time = NOON + timedelta(days=1)
    scheduler.tick()
    lines = desk.schedules.why("nightly")
    assert lines[0] == "nightly: H 2 * * * Europe/Berlin"
    assert sum(line.startswith("  next 2026-03-0") for line in lines) == 5
    (asked,) = desk.schedules.missed()
    assert f"answer: holdfast event missed {asked.number}" in lines[-1]
    with pytest.raises(HoldfastError, match="Nobody here can start"):
        desk.schedules.answer(asked.number, "ann", "", run=True)
    desk.schedules.scheduler = scheduler
    run = desk.schedules.answer(asked.number, "ann", "needed", run=True)
    assert desk.scene.runs[0].id == run
    assert desk.schedules.missed() == []


def test_a_missed_run_is_skipped_without_anybody_who_starts_runs(desk: Desk) -> None:
    nightly = replace(flow("n"), schedules=(Schedule("0 * * * *", catch_up="ask"),))
    desk.knows(nightly)
    scheduler = Scheduler(
        desk.scene.world.keeper, desk.desk.store, desk.scene.clock, "one"
    )
    scheduler.adopt(planned([Request(nightly, {})], "shop")[0])
    scheduler.tick()
    desk.scene.clock.time = NOON + timedelta(hours=1, minutes=5)
    scheduler.tick()
    (asked,) = desk.schedules.missed()
    desk.schedules.answer(asked.number, "ann", "not today", run=False)
    assert desk.schedules.missed() == []
    settled = desk.desk.store.decision(asked.number)
    assert settled is not None
    assert (settled.outcome, settled.why) == ("skipped", "ann: not today")


def test_a_backtest_tells_what_was_decided_and_what_would_be(desk: Desk) -> None:
    mine = flow(limits=limits(once_within=60))
    desk.knows(mine)
    desk.scene.comes(alert(0), alert(30), alert(100), alert(110, "web-2"))
    desk.scene.at(200)
    found = desk.rules.backtest("fix", str(NOON))
    assert (found.count("start"), found.count("swallow")) == (3, 1)
    assert found.targets == (("web-1", 2), ("web-2", 1))
    assert (found.events, found.differs) == (4, 0)
    later = desk.rules.backtest("fix", str(NOON + timedelta(seconds=20)))
    assert (later.count("swallow"), later.differs) == (1, 0)
    desk.knows(flow(limits=limits(once_within=1000)))
    changed = desk.rules.backtest(mine.file, str(NOON))
    assert changed.count("start") == 2
    assert changed.differs == 2
    with pytest.raises(HoldfastError, match="no workflow `fxi`"):
        desk.rules.backtest("fxi", str(NOON))


def test_rules_are_listed_with_what_came_of_them(desk: Desk) -> None:
    mine = flow("fix", limits=limits(once_within=60), autonomy="observe")
    desk.knows(mine, replace(flow("manual"), triggers=()))
    desk.scene.comes(alert(0), alert(1))
    (row,) = desk.rules.rules()
    assert (row.name, row.autonomy, row.starts) == ("fix", "observe", ("alert",))
    assert row.limits == "once within 1m; per target; 3 attempts within 1h"
    assert row.came == (("observed", 1), ("swallow", 1))
    shown, decisions = desk.rules.rule("fix")
    assert shown == row
    assert [one.verb for one in decisions] == ["swallow", "start"]
