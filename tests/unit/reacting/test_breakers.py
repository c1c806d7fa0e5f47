"""A reaction that does not help, or reaches too far, is stopped and says so."""

from datetime import timedelta

from holdfast.model import Event, State
from holdfast.ports import DecisionRow
from unit.reacting.scene import Scene, alert, flow, limits


def failing(scene: Scene, *moments: float) -> list[DecisionRow]:
    for seconds in moments:
        scene.comes(alert(seconds))
        run = scene.decisions[-1].run
        if run:
            scene.clock.time += timedelta(seconds=30)
            scene.end(run, State.FAILED)
    return scene.decisions


def test_a_reaction_that_does_not_help_stops_and_says_so_once(scene: Scene) -> None:
    scene.knows(flow(limits=limits(attempts=2, within=3600)))
    made = failing(scene, 0, 100, 200, 300)
    assert [one.outcome for one in made] == ["started", "started", "stopped", "stopped"]
    assert "2 attempts and no verify passed" in made[-1].why
    (told,) = scene.stopped
    assert (told.target, told.owner) == ("web-1", "team-shop")
    assert told.until > scene.clock.time
    pages = scene.world.store.ledger.of_event(Event.PAGED)
    (entry,) = [one for one in pages if one.body["action"] == "breaker-opened"]
    assert entry.body["target"] == told.target
    assert entry.body["owner"] == "team-shop"
    assert entry.body["reason"] == told.reason
    assert entry.body["next"] == "holdfast rule show fix"


def test_another_target_is_not_stopped(scene: Scene) -> None:
    scene.knows(flow(limits=limits(attempts=1, within=3600)))
    failing(scene, 0, 100)
    scene.comes(alert(200, "web-2"))
    assert [one.outcome for one in scene.decisions] == ["started", "stopped", "started"]


def test_it_tries_once_more_after_its_pause_and_goes_on_when_that_helped(
    scene: Scene,
) -> None:
    scene.knows(flow(limits=limits(attempts=1, within=100)))
    failing(scene, 0, 50)
    scene.comes(alert(140))
    run = scene.decisions[-1].run
    assert run
    scene.end(run, State.SUCCEEDED)
    scene.comes(alert(150))
    assert scene.decisions[-1].outcome == "started"


def test_a_pipeline_without_limits_is_never_stopped(scene: Scene) -> None:
    scene.knows(flow())
    made = failing(scene, *(100 * number for number in range(8)))
    assert {one.outcome for one in made} == {"started"}


def test_only_so_many_hosts_are_touched_in_a_time(scene: Scene) -> None:
    scene.knows(flow(limits=limits(max_share="50%")))
    scene.reactor.fleet = {f"web-{number}": "production" for number in range(4)}
    scene.comes(alert(0, "web-0"), alert(1, "web-1"), alert(2, "web-2"))
    assert [one.outcome for one in scene.decisions] == ["started", "started", "stopped"]
    assert "2 of 4 allowed" in scene.decisions[-1].why


def test_a_budget_that_is_spent_pages_the_owner_once_for_an_environment(
    scene: Scene,
) -> None:
    scene.knows(flow(limits=limits(max_targets=1)))
    scene.reactor.fleet = {f"web-{n}": "production" for n in range(4)} | {"t": "test"}
    scene.comes(*(alert(n, f"web-{n}") for n in range(4)), alert(4, "t"))
    pages = scene.world.store.ledger.of_event(Event.PAGED)
    assert [(one.body["action"], one.body["environment"]) for one in pages] == [
        ("budget-spent", "production"),
        ("budget-spent", "test"),
    ]
    assert scene.stopped == []
