"""What Holdfast itself does is an event as well, and nothing sets itself off by it."""

from datetime import timedelta

from holdfast.declare import Trigger
from holdfast.model import Occurrence, State, occurrence_id
from unit.reacting.scene import Scene, alert, flow, limits
from unit.runs.world import NOON


def ran(run: str, seconds: float, source: str = "holdfast") -> Occurrence:
    name = occurrence_id(source, run)
    at = NOON + timedelta(seconds=seconds)
    data = {"run": run, "workflow": "fix", "file": "workflows/fix.yaml"}
    return Occurrence(name, source, "run", at, run, "failed", "fix", data)


def test_a_workflow_does_not_set_itself_off(scene: Scene) -> None:
    scene.knows(flow("fix", Trigger("run"), Trigger("alert")))
    scene.comes(alert(0), ran("r1", 10))
    assert scene.said == [("start", "started", "r1"), ("swallow", "loop", "")]
    assert "sets itself off" in scene.decisions[-1].reason


def test_two_workflows_do_not_set_each_other_off_for_ever(scene: Scene) -> None:
    scene.knows(
        flow("a", Trigger("alert", {"match": {"of": "a"}})),
        flow("b", Trigger("alert", {"match": {"of": "b"}})),
    )
    for seconds, which in ((0, "a"), (60, "b"), (120, "a"), (180, "a")):
        scene.comes(alert(seconds, of=which))
    assert [one.outcome for one in scene.decisions] == [
        "started",
        "started",
        "loop",
        "loop",
    ]
    assert "workflows/a.yaml (r1) -> workflows/b.yaml (r2)" in (
        scene.decisions[2].reason
    )


def test_trying_again_is_no_loop(scene: Scene) -> None:
    scene.knows(flow())
    scene.comes(*(alert(60 * number) for number in range(6)))
    assert {one.outcome for one in scene.decisions} == {"started"}


def test_only_holdfast_is_believed_to_name_a_run(scene: Scene) -> None:
    scene.knows(flow("fix", Trigger("run"), Trigger("event", {"type": "run"})))
    scene.comes(ran("r1", 0), ran("r1", 10, source="elsewhere"))
    assert [one.outcome for one in scene.decisions] == ["loop", "started"]
    scene.knows(flow("fix", Trigger("run")))
    scene.comes(ran("r2", 20, source="elsewhere"))
    assert len(scene.decisions) == 2


def test_a_page_is_an_event_that_another_rule_may_answer(scene: Scene) -> None:
    pages = Trigger("event", {"source": "holdfast", "type": "page"})
    scene.knows(flow("fix", limits=limits(attempts=1)), flow("call", pages))
    scene.comes(alert(0))
    scene.end(scene.runs[0].id, State.CANCELLED)
    scene.comes(alert(100))
    (asked,) = [one for one in scene.runs if one.workflow == "call"]
    cause = scene.world.view(asked.id).started["cause"]
    assert cause["target"] == "web-1"


def test_a_page_after_the_end_of_a_wait_is_answered_in_the_same_tick(
    scene: Scene,
) -> None:
    pages = Trigger("event", {"source": "holdfast", "type": "page"})
    waits = limits(attempts=1, once_after=10)
    scene.knows(flow("fix", limits=waits), flow("call", pages))
    scene.comes(alert(0), alert(100))
    scene.at(200)
    assert [(one.workflow, one.outcome) for one in scene.decisions if one.outcome] == [
        ("workflows/fix.yaml", "started"),
        ("workflows/fix.yaml", "stopped"),
        ("workflows/call.yaml", "started"),
    ]
    assert scene.reactor.tick() == 0


def test_the_end_of_a_run_is_an_event_for_who_waits_for_it(scene: Scene) -> None:
    options = {"workflow": "fix", "states": ["failed"]}
    scene.knows(flow(), flow("after", Trigger("run", options)))
    scene.at(0)
    scene.comes(alert(1), alert(2))
    scene.end("r1", State.FAILED)
    scene.end("r2", State.SUCCEEDED)
    scene.at(3)
    scene.at(4)
    (run,) = scene.runs[2:]
    started = scene.world.view(run.id).started
    assert (run.workflow, run.actor) == ("after", "holdfast:alertmanager")
    assert started["github"]["event"]["run"] == "r1"
    told = scene.world.store.events.events("run")
    assert sorted(one.action for one in told) == ["failed", "succeeded"]


def test_the_end_of_a_run_somebody_started_by_hand_closes_no_loop(
    scene: Scene,
) -> None:
    mine = flow("fix", Trigger("run"))
    scene.knows(mine)
    scene.at(0)
    scene.world.keeper.accept(scene.reactor.workflows[0], "ann")
    scene.end("r1")
    scene.at(1)
    assert [run.id for run in scene.runs] == ["r1"]
    assert [one.outcome for one in scene.decisions] == ["loop"]


def test_nothing_is_told_of_ends_nobody_waits_for(scene: Scene) -> None:
    scene.knows(flow())
    scene.comes(alert(1))
    scene.end("r1")
    scene.at(3)
    assert len(scene.world.store.events.events()) == 1
