"""Rules earn what they may do: lost by what went wrong, given back by a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import NOW
from holdfast.app.desks.pauses import PauseBook
from holdfast.app.desks.rules import LocalRuleDesk
from holdfast.declare import Autonomy, Trigger
from holdfast.drivers.stores import Store
from holdfast.engine.outbox import Relay, Writing
from holdfast.engine.triggers.trust import (
    AGREED,
    Proposal,
    Trust,
    Turn,
    earned,
    offer,
    trust_of,
)
from holdfast.engine.trusting import give_trust, is_distrusted, trust_in
from holdfast.model import Event, State
from holdfast.record import ACTS, acts_in
from unit.outbox.scene import notify
from unit.reacting.scene import Scene, alert, flow, limits

FIX = "workflows/fix.yaml"


def distrusted(scene: Scene) -> bool:
    with scene.world.store.events.begin() as transaction:
        return is_distrusted(transaction, FIX)


def given_back(scene: Scene, who: str) -> bool:
    store = scene.world.store
    with store.runs.begin() as runs:
        events = store.events.within(runs)
        given = Turn(Event.TRUST_GIVEN, scene.clock.now(), who, "mended")
        return give_trust(runs, events, FIX, given)


def autonomy_of_last(scene: Scene) -> str:
    return str(scene.world.view(scene.runs[-1].id).started["autonomy"])


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene.of(store, flow(limits=limits(attempts=5)))


def test_a_run_that_did_not_hold_costs_the_rule_its_trust(scene: Scene) -> None:
    scene.comes(alert(0))
    assert autonomy_of_last(scene) == "act"
    scene.end(scene.runs[0].id, State.FAILED)
    scene.comes(alert(60))
    assert distrusted(scene)
    assert autonomy_of_last(scene) == "propose"
    assert scene.runs[-1].state is State.GATED
    told = trust_in(scene.world.store.ledger.of_event(Event.TRUST_LOST), FIX)
    assert told.lost is not None
    assert told.lost.why == "r1 did not pass its verify"


def test_one_that_held_costs_nothing(scene: Scene) -> None:
    scene.comes(alert(0))
    scene.end(scene.runs[0].id)
    scene.comes(alert(60))
    assert not distrusted(scene)


def test_a_person_gives_it_back_and_it_acts_again(scene: Scene) -> None:
    scene.comes(alert(0))
    scene.end(scene.runs[0].id, State.FAILED)
    scene.at(30)
    assert given_back(scene, "ann")
    assert not given_back(scene, "ann")
    scene.comes(alert(60))
    assert autonomy_of_last(scene) == "act"
    entries = scene.world.store.ledger.of_event(Event.TRUST_GIVEN)
    assert [(entry.actor, entry.body["why"]) for entry in entries] == [
        ("ann", "mended")
    ]


def test_a_pipeline_that_fails_is_still_trusted(store: Store) -> None:
    scene = Scene.of(store, flow("fix", Trigger("push")))
    scene.comes(alert(0))
    run = scene.world.keeper.accept(scene.reactor.workflows[0], "ann")
    scene.end(run, State.FAILED)
    scene.at(60)
    assert not distrusted(scene)


def test_a_breaker_that_opens_pages_the_owner_once_and_costs_trust(
    store: Store,
) -> None:
    scene = Scene.of(store, flow(limits=limits(attempts=1)))
    scene.comes(alert(0))
    scene.end(scene.runs[0].id, State.CANCELLED)
    scene.comes(alert(60), alert(120))
    pages = [one for one in store.events.all() if one.type == "page"]
    assert [(one.source, one.action, one.data["target"]) for one in pages] == [
        ("holdfast", "breaker-opened", "web-1")
    ]
    assert pages[0].data["owner"] == "team-shop"
    assert distrusted(scene)
    (paged,) = store.ledger.of_event(Event.PAGED)
    assert paged.body["distrusted"] is True


def test_a_breaker_that_costs_no_trust_says_nothing_of_it(store: Store) -> None:
    scene = Scene.of(store, flow(limits=limits(attempts=1), autonomy="propose"))
    scene.comes(alert(0))
    scene.end(scene.runs[0].id, State.CANCELLED)
    scene.comes(alert(60))
    (paged,) = store.ledger.of_event(Event.PAGED)
    assert "distrusted" not in paged.body


def test_what_a_person_does_about_a_page_ends_it_and_is_in_the_history(
    store: Store,
) -> None:
    rule = flow(limits=limits(attempts=1))
    scene = Scene.of(store, rule)
    words = {"to": "ops", "on": ["page"]}
    writing = Writing(notify(words, quiet="0s"), "shop", str)
    relay = Relay(store.outbox, scene.clock, "one", writing, "team-platform")
    relay.begin()
    scene.comes(alert(0))
    scene.end(scene.runs[0].id, State.CANCELLED)
    scene.comes(alert(60))
    relay.tick()
    pauses = PauseBook(store.events, store.runs, store.ledger, scene.clock)
    desk = LocalRuleDesk(store.events, store.runs, scene.clock, (rule,), pauses)
    desk.close("fix", "web-1", "ann", "a new image is out")
    relay.tick()
    told = [one.what for one in reversed(store.outbox.letters())]
    assert told == [
        "fix does not try again on web-1",
        "ann lets fix try again on web-1",
    ]
    did = acts_in(store.ledger.of_event(*ACTS))
    assert [(one.actor, one.what, one.why) for one in did] == [
        ("ann", "let fix try again on web-1", "a new image is out")
    ]


@pytest.mark.parametrize("declared", ["observe", "propose"])
def test_a_rule_that_does_not_act_has_no_trust_to_lose(
    store: Store, declared: Autonomy
) -> None:
    scene = Scene.of(store, flow(limits=limits(attempts=1), autonomy=declared))
    scene.comes(alert(0), alert(60))
    for row in scene.runs:
        scene.end(row.id, State.FAILED)
    scene.comes(alert(120), alert(180))
    assert not distrusted(scene)


# --- pure ---------------------------------------------------------------------------------

YES = Proposal(agreed=True, passed=True)


@pytest.mark.parametrize(
    ("proposals", "count"),
    [
        ([], 0),
        ([YES] * 3, 3),
        ([YES, Proposal(agreed=False, passed=None), YES], 1),
        ([YES, Proposal(agreed=True, passed=False), YES], 1),
        ([Proposal(agreed=None, passed=None), YES, YES], 2),
        ([Proposal(agreed=True, passed=None), YES], 1),
    ],
)
def test_what_counts_as_agreed(proposals: list[Proposal], count: int) -> None:
    assert len(earned(proposals)) == count


def test_enough_of_it_is_an_offer_and_less_is_none() -> None:
    enough = [Proposal(agreed=True, passed=True, run=f"r{n}") for n in range(AGREED)]
    assert offer("propose", Trust(), enough[1:]) == ()
    assert offer("propose", Trust(), enough) == tuple(one.run for one in enough)
    assert offer("act", Trust(), enough) == ()
    lost = trust_of([Turn(Event.TRUST_LOST, NOW, "holdfast", "r1 failed")])
    assert offer("act", lost, enough) == tuple(one.run for one in enough)


@given(st.lists(st.sampled_from([Event.TRUST_LOST, Event.TRUST_GIVEN]), max_size=12))
def test_the_last_turn_decides_and_the_first_loss_is_told(events: list[Event]) -> None:
    turns = [Turn(event, NOW, "x", str(n)) for n, event in enumerate(events)]
    found = trust_of(turns)
    assert (found.lost is not None) == bool(events and events[-1] is Event.TRUST_LOST)
    assert found.autonomy("act") == ("propose" if found.lost else "act")
    assert found.autonomy("observe") == "observe"
