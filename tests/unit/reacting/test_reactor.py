"""What happens is answered once, whoever is killed in between."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.declare import Concurrency, Input, Trigger
from holdfast.engine.reacting import Reactor
from holdfast.ports import EventTransaction
from holdfast.record.chain import verify_chain
from unit.reacting.scene import Scene, alert, flow, limits, seconds_of
from unit.runs.test_cost import counted
from unit.runs.world import NOON


def test_an_event_starts_a_run_that_says_why(scene: Scene) -> None:
    scene.knows(flow())
    scene.comes(alert(5))
    (run,) = scene.runs
    assert (run.workflow, run.actor) == ("fix", "alertmanager")
    started = scene.world.view(run.id).started
    assert started["why"] == "alertmanager alert firing f-web-1: it fits"
    assert started["cause"]["event"] == alert(5).id
    assert started["cause"]["target"] == "web-1"
    assert started["github"]["event"]["labels"] == {"host": "web-1"}
    assert started["autonomy"] == "act"
    (made,) = scene.decisions
    assert (made.verb, made.outcome, made.run) == ("start", "started", run.id)
    assert (made.of, made.target) == ((alert(5).id,), "web-1")


def test_what_fits_nothing_starts_nothing(scene: Scene) -> None:
    scene.knows(flow("fix", Trigger("alert", {"match": {"host": "db-1"}})))
    scene.comes(alert(5))
    assert scene.said == []


def test_the_same_delivery_is_one_event(scene: Scene) -> None:
    scene.knows(flow())
    assert scene.reactor.take([alert(5), alert(5)]) == (alert(5),)
    assert scene.reactor.take([alert(5)]) == ()
    scene.reactor.tick()
    scene.reactor.tick()
    assert len(scene.runs) == 1
    assert not scene.reactor.react(alert(5))


def test_events_that_wait_are_reacted_to_together_and_in_order(scene: Scene) -> None:
    scene.knows(flow())
    hosts = [f"web-{number}" for number in range(7)]
    scene.reactor.take([alert(5, host) for host in hosts])
    with counted(scene.world.store.engine) as sent:
        scene.reactor.tick()
    assert [one.target for one in scene.decisions] == hosts
    assert sent.commits == 2


def test_one_that_goes_wrong_takes_none_back_that_came_before_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from holdfast.drivers.stores.event_transaction import SqlEventTransaction

    scene.knows(flow())
    real = SqlEventTransaction.reacted

    def fail(self: SqlEventTransaction, name: str, cause: Any) -> bool:
        if name == alert(5, "web-1").id:
            raise KeyError(name)
        return real(self, name, cause)

    scene.reactor.take([alert(5, host) for host in ("web-0", "web-1", "web-2")])
    monkeypatch.setattr(SqlEventTransaction, "reacted", fail)
    with pytest.raises(KeyError):
        scene.reactor.tick()
    assert [one.target for one in scene.decisions] == ["web-0"]
    monkeypatch.undo()
    scene.reactor.tick()
    assert [one.target for one in scene.decisions] == ["web-0", "web-1", "web-2"]


class Killed(BaseException):
    """What a kill -9 is to code that runs in one process."""


@pytest.mark.parametrize("method", ["reacted", "decide", "started", "save"])
def test_a_reactor_killed_at_any_moment_starts_a_run_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    from holdfast.drivers.stores.event_transaction import SqlEventTransaction

    scene.knows(flow())
    real = getattr(SqlEventTransaction, method)

    def die(self: EventTransaction, *given: Any) -> Any:
        real(self, *given)
        raise Killed

    scene.reactor.take([alert(5)])
    monkeypatch.setattr(SqlEventTransaction, method, die)
    with pytest.raises(Killed):
        scene.reactor.tick()
    assert scene.runs == []
    monkeypatch.undo()
    scene.at(6)
    assert scene.said == [("start", "started", "r1")]
    assert len(scene.runs) == 1


def test_only_one_of_two_reactors_reacts_until_it_is_gone(scene: Scene) -> None:
    scene.knows(flow())
    scene.comes(alert(5))
    other = scene.another("two")
    other.take([alert(6)])
    assert other.tick() == 0
    assert len(scene.runs) == 1
    scene.clock.time += timedelta(seconds=31)
    assert other.tick() == 1
    assert scene.reactor.tick() == 0
    assert len(scene.runs) == 2


def test_what_came_while_nobody_was_there_is_answered_in_order(scene: Scene) -> None:
    scene.knows(flow(limits=limits(once_after=60)))
    scene.reactor.take([alert(0), alert(30), alert(70), alert(80, "web-2")])
    scene.at(1000)
    starts = [one for one in scene.decisions if one.verb == "start"]
    assert [(seconds_of(one.at), len(one.of), one.target) for one in starts] == [
        (60, 2, "web-1"),
        (130, 1, "web-1"),
        (140, 1, "web-2"),
    ]
    assert len(scene.runs) == 3


def test_a_held_start_fires_when_its_time_is_over(scene: Scene) -> None:
    scene.knows(flow(limits=limits(once_after=60)))
    scene.comes(alert(0), alert(10))
    assert scene.reactor.wakes() == NOON + timedelta(seconds=60)
    scene.at(59)
    assert scene.runs == []
    scene.at(60)
    assert [one.verb for one in scene.decisions] == ["hold", "hold", "start"]
    assert scene.world.view("r1").started["cause"]["events"] == [
        alert(0).id,
        alert(10).id,
    ]
    assert scene.reactor.wakes() is None


def test_an_alert_that_is_over_starts_nothing_any_more(scene: Scene) -> None:
    scene.knows(flow(limits=limits(once_after=60)))
    scene.comes(alert(0), alert(10, action="resolved"))
    scene.at(100)
    assert [one.verb for one in scene.decisions] == ["hold", "close"]
    assert scene.runs == []


def test_a_workflow_that_is_taken_away_lets_go_of_what_it_held(scene: Scene) -> None:
    scene.knows(flow(limits=limits(once_after=60)))
    scene.comes(alert(0))
    scene.knows()
    scene.at(60)
    assert [one.verb for one in scene.decisions] == ["hold", "swallow"]
    assert "does not wait for this any more" in scene.decisions[-1].reason
    assert scene.reactor.wakes() is None


def test_nothing_is_kept_as_older_than_what_was_decided(scene: Scene) -> None:
    scene.knows(flow(limits=limits(once_after=60)))
    scene.comes(alert(0))
    scene.at(60)
    (late,) = scene.reactor.take([alert(30)])
    assert seconds_of(late.at) == 60


@pytest.mark.parametrize(
    ("autonomy", "outcome", "runs"),
    [("observe", "observed", 0), ("propose", "started", 1), ("act", "started", 1)],
)
def test_autonomy_decides_whether_a_start_is_a_run(
    scene: Scene, autonomy: Any, outcome: str, runs: int
) -> None:
    scene.knows(flow(autonomy=autonomy))
    scene.comes(alert(5))
    assert [one.outcome for one in scene.decisions] == [outcome]
    assert len(scene.runs) == runs
    for run in scene.runs:
        assert scene.world.view(run.id).started["autonomy"] == autonomy


@pytest.mark.parametrize(
    ("wanted", "outcome", "given"),
    [
        (Input("host", "host", required=True), "started", {"host": "web-1"}),
        (Input("target"), "started", {"target": "web-1"}),
        (Input("severity"), "started", {"severity": "page"}),
        (Input("size", default=3), "started", {"size": 3}),
        (Input("size"), "started", {}),
        (Input("size", required=True), "refused", None),
        (Input("severity", "choice", options=("low",)), "refused", None),
    ],
)
def test_inputs_come_from_the_event(
    scene: Scene, wanted: Input, outcome: str, given: dict[str, Any] | None
) -> None:
    scene.knows(flow(dispatch=(wanted,)))
    scene.comes(alert(0, severity="page"))
    assert scene.decisions[0].outcome == outcome
    if given is None:
        assert scene.runs == []
        assert f"`{wanted.name}`" in scene.decisions[0].why
    else:
        assert scene.world.view("r1").started["inputs"] == given


def test_a_workflow_that_cannot_start_does_not_keep_others_from_it(
    scene: Scene,
) -> None:
    broken = replace(flow("broken"), concurrency=Concurrency("${{ nonsense( }}"))
    scene.knows(broken, flow())
    scene.comes(alert(0))
    by_name = {one.workflow: one.outcome for one in scene.decisions}
    assert by_name == {
        "workflows/broken.yaml": "refused",
        "workflows/fix.yaml": "started",
    }
    assert [run.workflow for run in scene.runs] == ["fix"]


def test_an_event_that_comes_while_the_end_is_decided_is_not_passed_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.knows(flow(limits=limits(once_after=60)))
    scene.comes(alert(0))
    real, sent = scene.reactor.events.wakes, [alert(50)]

    def meanwhile() -> Any:
        if sent:
            scene.reactor.take([sent.pop()])
        return real()

    monkeypatch.setattr(scene.reactor.events, "wakes", meanwhile)
    scene.at(70)
    assert scene.runs == []
    scene.at(70)
    start = scene.decisions[-1]
    assert (start.verb, seconds_of(start.at), len(start.of)) == ("start", 60, 2)


def test_what_is_decided_again_after_all_starts_no_second_run(scene: Scene) -> None:
    scene.knows(flow())
    scene.comes(alert(0))
    with scene.world.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET reacted = 0")
        connection.exec_driver_sql("DELETE FROM reactions")
    scene.at(1)
    assert len(scene.runs) == 1
    assert scene.decisions[-1].why == "it was started before"


def test_a_reactor_needs_nothing_but_the_store_to_go_on(scene: Scene) -> None:
    scene.knows(flow(limits=limits(accumulate_within=600, threshold=3)))
    scene.comes(alert(0), alert(1))
    fresh = Reactor(
        scene.world.keeper,
        scene.world.store.events,
        scene.clock,
        "one",
        scene.reactor.workflows,
    )
    fresh.take([alert(2)])
    fresh.tick()
    assert [one.verb for one in scene.decisions] == ["hold", "hold", "start"]


def test_a_start_that_was_taken_back_leaves_the_ledger_whole_for_those_after_it(
    scene: Scene,
) -> None:
    ends = "${{ fromJSON(github.event.labels.ends) }}"
    scene.knows(
        replace(flow(), concurrency=Concurrency("one", cancel_in_progress=ends))
    )
    scene.reactor.take([alert(5, "web-1", ends="{"), alert(6, "web-2", ends="false")])
    scene.reactor.tick()
    assert [outcome for _, outcome, _ in scene.said] == ["refused", "started"]
    (run,) = scene.runs
    assert scene.world.view(run.id).started["cause"]["target"] == "web-2"
    assert verify_chain(scene.world.store.ledger.all())[0] == ()
