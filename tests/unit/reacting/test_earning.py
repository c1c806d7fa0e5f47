"""What people see of trust: what a rule earned, and that an undo takes it."""

from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.app.reacting import trust
from holdfast.declare import Autonomy, Workflow
from holdfast.drivers.stores import Store
from holdfast.engine.triggers.trust import AGREED
from holdfast.engine.trusting import trust_in
from holdfast.model import Entry, Event
from holdfast.problems import HoldfastError
from unit.reacting.scene import Scene, alert, flow, limits


def app_of(scene: Scene, *flows: Workflow, actor: str = "ann") -> Any:
    """As much of an application as trust is asked with."""
    named = {one.file: one for one in flows}
    return SimpleNamespace(
        store=scene.world.store,
        engine=SimpleNamespace(clock=scene.clock),
        project=SimpleNamespace(workflow=named.get),
        actor=actor,
    )


def proposing(store: Store, autonomy: Autonomy = "propose") -> tuple[Scene, Workflow]:
    made = flow(limits=limits(attempts=50), autonomy=autonomy)
    return Scene.of(store, made), made


def agree(scene: Scene, seconds: int, *, yes: bool = True) -> None:
    """A proposal that bob decided about, and that helped when he agreed."""
    scene.comes(alert(seconds, f"web-{seconds}"))
    run = scene.runs[-1].id
    gate = scene.world.view(run).jobs["mend"].gate
    assert gate is not None
    scene.world.keeper.decide(run, "mend", gate.digest, "I looked", "bob", yes=yes)
    if yes:
        scene.end(run)


def test_enough_agreed_proposals_are_an_offer(store: Store) -> None:
    scene, made = proposing(store)
    for number in range(AGREED - 1):
        agree(scene, number)
    app = app_of(scene, made)
    assert trust.told(app, made) == ()
    agree(scene, 100)
    (offered,) = trust.told(app, made)
    assert "5 proposals were agreed to, and helped (r5, r4, r3, r2, r1)" in offered
    assert f"it may act by itself, when {made.file} says `autonomy: act`" in offered
    assert not trust.standing(app, made).takeable
    with pytest.raises(HoldfastError) as refused:
        trust.give(app, made, "bob", "it has earned it")
    assert "says `autonomy: act`" in refused.value.problems[0].detail
    agree(scene, 200, yes=False)
    assert trust.told(app, made) == ()


def test_the_line_to_edit_is_named() -> None:
    text = b"name: fix\non: {alert: {}}\nautonomy: propose\n"
    made = Workflow("workflows/fix.yaml", "fix", sources={"workflows/fix.yaml": text})
    said = "when line 3 of workflows/fix.yaml says `autonomy: act`"
    assert trust.edit_of(made) == said
    fixing = Workflow("config/web.yaml#production", "drift of web in production")
    assert trust.edit_of(fixing) == "when config/web.yaml says `drift: {then: fix}`"


def test_what_is_given_back_says_on_which_record(store: Store) -> None:
    scene, made = proposing(store, "act")
    app = app_of(scene, made)
    scene.comes(alert(0))
    trust.after_undo(app, scene.runs[0].id, "ann")
    for number in range(1, AGREED + 1):
        agree(scene, number * 100)
    stands = trust.standing(app, made)
    assert stands.takeable
    assert "take it by holdfast rule trust fix --why TEXT" in stands.lines[1]
    trust.give(app, made, "bob", "five of five")
    (entry,) = store.ledger.of_event(Event.TRUST_GIVEN)
    helped = [run.id for run in reversed(scene.runs[1:])]
    assert (entry.actor, entry.body["why"]) == ("bob", "five of five")
    (turn,) = [trust_in(store.ledger.of_event(Event.TRUST_GIVEN), made.file).given]
    assert turn is not None
    assert turn.record == tuple(helped)
    (said,) = trust.told(app, made)
    assert said.startswith("bob gave trust back at")
    assert said.endswith(f"five of five, on {', '.join(helped)}")
    scene.comes(alert(2000, "web-9"))
    trust.after_undo(app, scene.runs[-1].id, "ann")
    assert len(trust.told(app, made)) == 1


def test_taking_back_what_a_rule_did_by_itself_costs_it_its_trust(store: Store) -> None:
    scene, made = proposing(store, "act")
    scene.comes(alert(0))
    within = scene.runs[0].id
    body = {"purpose": "apply", "step": f"{within}/mend/s"}
    store.ledger.append([Entry(Event.RUN_STARTED, "r90", body=body, at="2026")])
    app = app_of(scene, made)
    assert trust.after_undo(app, "r90", "ann") == made.file
    assert trust.after_undo(app, "r90", "ann") == ""
    told = trust.told(app, made)[0]
    assert "ann took back r90, a change of r1" in told
    assert "holdfast rule trust fix" in told
    with pytest.raises(HoldfastError, match="needs a reason"):
        trust.give(app, made, "bob", " ")
    trust.give(app, made, "bob", "it was right after all")
    assert "bob gave trust back" in trust.told(app, made)[0]
    with pytest.raises(HoldfastError, match="has lost no trust"):
        trust.give(app, made, "bob", "again")


def test_taking_back_the_run_itself_is_the_same(store: Store) -> None:
    scene, made = proposing(store, "act")
    scene.comes(alert(0))
    app = app_of(scene, made)
    assert trust.after_undo(app, scene.runs[0].id, "ann") == made.file
    assert "ann took back r1" in trust.told(app, made)[0]


def test_taking_back_what_a_person_did_costs_no_rule_anything(store: Store) -> None:
    scene, made = proposing(store, "act")
    store.ledger.append([Entry(Event.RUN_STARTED, "r90", body={"step": ""}, at="1")])
    assert trust.after_undo(app_of(scene, made), "r90", "ann") == ""
    assert trust.after_undo(app_of(scene, made), "r91", "ann") == ""
