"""What a job would change on hosts is planned before people are asked, and bound."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from holdfast import gate
from holdfast.declare import Concurrency, Step
from holdfast.drivers.stores import Store
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.job_state import StepEnd
from holdfast.engine.runs.planning import PLANS
from holdfast.expressions import ExpressionError
from holdfast.model import Action, Address, Change, Plan, State, Target
from holdfast.plan import Aim, Instance, filled, written
from unit.runs.test_gates import opened, say, ship
from unit.runs.world import HERE, Killed, World, step

ASKS = Step(id="ok", place=HERE, uses="holdfast/approve", with_={"by": ["sre"]})
MOTD = Address("prod", "web-1", "file", "/etc/motd")


def change(mode: str = "0644", action: Action = Action.UPDATE) -> Change:
    return Change(MOTD, action, {"mode": "0600"}, {"mode": mode})


def planned(*changes: Change) -> StepEnd:
    plan = Plan(changes=changes)
    return StepEnd("success", outputs={"plan": json.dumps(written(plan))})


def apply(name: str = "deploy") -> Step:
    return Step(id=name, place=HERE, uses="holdfast/apply", with_={"selectors": "web"})


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    return made


def aimed(world: World, *hosts: str, policies: Any = (), **gates: Any) -> None:
    """Every `uses:` step of a job names these hosts of `prod`."""
    targets = tuple(Target(name, "prod", ("web",)) for name in hosts)

    def aims_of(instance: Instance, _contexts: object) -> tuple[Aim, ...]:
        return tuple(Aim(targets if one.uses else ()) for one in instance.job.steps)

    world.keeper.gatekeeper = Gatekeeper(
        gate.rules_from({"prod": gates}, policies),
        {"sre": ["bob", "cat"]},
        {"prod": 10},
        aims_of,
    )


def test_people_are_shown_what_would_change_and_no_worker_waits_with_them(
    world: World,
) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, apply())
    world.work.ends["deploy"] = [planned(change())]
    run = world.start()
    assert world.keys() == [f"{run}/ship/1"]
    world.execute()
    assert world.view(run).state is State.GATED
    assert [at.step.uses for at in world.work.seen] == [PLANS]
    shows = opened(world, run).shows
    assert shows["plan"] == {"prod/web-1/file:/etc/motd": "~ update mode: 0600 → 0644"}
    assert shows["targets"] == ["prod/web-1"]
    with world.store.runs.begin() as transaction:
        assert transaction.jobs() == ()


def test_after_the_yes_it_is_planned_again_and_goes_on_when_nothing_moved(
    world: World,
) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, apply())
    world.work.ends["deploy"] = [
        planned(change()),
        planned(change()),
        StepEnd("success"),
    ]
    run = world.start()
    world.execute()
    say(world, run, "bob")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert [at.step.uses for at in world.work.seen] == [PLANS, PLANS, "holdfast/apply"]
    assert len({at.key for at in world.work.seen}) == 3


def test_when_the_plan_moved_the_yes_is_void_and_only_what_moved_is_shown(
    world: World,
) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, apply())
    world.work.ends["deploy"] = [
        planned(change()),
        planned(change("0666")),
        planned(change("0666")),
        StepEnd("success"),
    ]
    run = world.start()
    world.execute()
    first = opened(world, run).digest
    say(world, run, "bob")
    world.execute()
    again = opened(world, run)
    assert world.view(run).state is State.GATED
    assert again.digest != first
    assert again.said == ()
    moved = {k for k, v in again.shows.items() if again.before.get(k) != v}
    assert moved == {"plan"}
    say(world, run, "bob")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_a_plan_that_cannot_be_made_fails_the_job_before_anybody_is_asked(
    world: World,
) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, apply())
    world.work.ends["deploy"] = [StepEnd("failure", "the host is on fire")]
    run = world.start()
    world.execute()
    assert world.view(run).state is State.FAILED
    assert "the host is on fire" in world.view(run).why


def test_a_worker_killed_while_it_looks_looks_again(world: World) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, apply())
    world.work.ends["deploy"] = [planned(change())]
    world.work.kill_in = "deploy"
    run = world.start()
    with pytest.raises(Killed):
        world.execute()
    world.hand_over(run, "ship")
    world.execute()
    assert opened(world, run).shows["plan"]


def test_a_look_takes_nobodys_place_in_a_concurrency_group(world: World) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, step("s"), concurrency=Concurrency("prod", cancel_in_progress=True))
    first = world.start()
    say(world, first, "bob")
    ship(world, apply(), concurrency=Concurrency("prod", cancel_in_progress=True))
    world.work.ends["deploy"] = [planned(change())]
    world.start()
    with world.store.runs.begin() as transaction:
        assert [row.stop for row in transaction.jobs(first)] == [""]


def test_where_nobody_is_asked_nobody_looks(world: World) -> None:
    aimed(world, "web-1")
    ship(world, apply())
    run = world.start()
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert [at.step.uses for at in world.work.seen] == ["holdfast/apply"]


def test_a_policy_about_a_change_is_asked_at_the_gate(world: World) -> None:
    needs = {"approve": {"by": ["sre"]}}
    policy = {"name": "deletes", "when": "change.action == 'delete'", "need": needs}
    aimed(world, "web-1", policies=[policy])
    ship(world, apply())
    world.work.ends["deploy"] = [planned(replace(change(), action=Action.DELETE))]
    run = world.start()
    world.execute()
    assert opened(world, run).needs == ("sre",)


def test_a_step_that_asks_shows_the_plan_of_the_steps_after_it(world: World) -> None:
    aimed(world, "web-1")
    ship(world, step("build"), ASKS, apply())
    world.work.ends["deploy"] = [*[planned(change())] * 2, StepEnd("success")]
    run = world.start()
    world.execute()
    assert list(opened(world, run).shows["plan"]) == ["prod/web-1/file:/etc/motd"]
    say(world, run, "bob")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert world.work.done == ["build", "deploy", "deploy", "deploy"]


def test_a_step_that_asks_asks_again_when_the_plan_moved_and_shows_what(
    world: World,
) -> None:
    aimed(world, "web-1")
    ship(world, step("build"), ASKS, apply())
    moved = planned(change("0666"))
    world.work.ends["deploy"] = [planned(change()), moved, moved, StepEnd("success")]
    run = world.start()
    world.execute()
    first = opened(world, run)
    say(world, run, "bob")
    world.execute()
    again = opened(world, run)
    assert world.view(run).state is State.GATED
    assert (again.step, again.said) == (first.step, ())
    assert {k for k, v in again.shows.items() if first.shows[k] != v} == {"plan"}
    assert again.before == first.shows
    assert world.work.done == ["build", "deploy", "deploy"]
    say(world, run, "bob")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert world.work.done == ["build", *["deploy"] * 4]


def test_what_cannot_be_planned_any_more_after_the_yes_fails(world: World) -> None:
    aimed(world, "web-1")
    ship(world, ASKS, apply())
    fire = StepEnd("failure", "the host is on fire")
    world.work.ends["deploy"] = [planned(change()), fire]
    run = world.start()
    world.execute()
    say(world, run, "bob")
    world.execute()
    assert world.view(run).state is State.FAILED
    assert world.work.done == ["deploy", "deploy"]


def test_no_two_looks_have_one_name(world: World) -> None:
    aimed(world, "web-1", approve={"by": ["sre"]})
    ship(world, ASKS, apply())
    world.work.ends["deploy"] = [*[planned(change())] * 4, StepEnd("success")]
    run = world.start()
    world.execute()
    for _ in range(2):
        say(world, run, "bob")
        world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert len({at.key for at in world.work.seen}) == len(world.work.seen) == 5


DEPLOY = b"""
name: deploy
description: one group after the other
inputs: {to: {required: true}, then: {default: "${{ github.ref_name }}"}}
runs:
  using: composite
  steps:
    - {uses: ./inner, with: {hosts: "${{ inputs.to }}"}}
    - {uses: holdfast/apply, with: {selectors: "${{ inputs.then }}"}}
"""
INNER = b"""
name: inner
description: one group
inputs: {hosts: {required: true}}
runs:
  using: composite
  steps:
    - {shell: bash, run: "echo ${{ inputs.hosts }}"}
    - {uses: holdfast/apply, with: {selectors: "${{ inputs.hosts }}"}}
"""


def deploying(world: World, to: str) -> None:
    def aims_of(instance: Instance, contexts: Mapping[str, Any]) -> Iterator[Aim]:
        for one in instance.job.steps:
            try:
                named = str(filled(one.with_.get("selectors", ""), contexts)).split()
            except ExpressionError:
                yield Aim(known=False)
            else:
                yield Aim(tuple(Target(name, "prod", ("web",)) for name in named))

    world.keeper.gatekeeper = replace(
        world.keeper.gatekeeper, aims_of=lambda one, seen: tuple(aims_of(one, seen))
    )
    uses = Step(
        id="out", place=HERE, uses="./deploy", with_={"to": to, "then": "web-2"}
    )
    ship(world, step("build"), uses)
    sources = {"deploy/action.yml": DEPLOY, "inner/action.yml": INNER}
    world.flow = replace(world.flow, sources=sources)


def test_what_a_local_action_applies_is_planned_at_the_gate(world: World) -> None:
    aimed(world, approve={"by": ["sre"]})
    deploying(world, "web-${{ inputs.number }}")
    world.work.ends["out.0.1"] = [planned(change())]
    world.work.ends["out.1"] = [planned()]
    run = world.start(number=1)
    world.execute()
    shows = opened(world, run).shows
    assert list(shows["plan"]) == ["prod/web-1/file:/etc/motd"]
    assert shows["targets"] == ["prod/web-1", "prod/web-2"]
    assert shows["targets known later"] == []
    assert [at.step.with_["selectors"] for at in world.work.seen] == ["web-1", "web-2"]
    assert {at.step.uses for at in world.work.seen} == {PLANS}


def test_what_of_it_an_earlier_step_decides_is_decided_later_and_said_so(
    world: World,
) -> None:
    aimed(world, approve={"by": ["sre"]})
    deploying(world, "${{ steps.build.outputs.hosts }}")
    world.work.ends["out.1"] = [planned()]
    run = world.start()
    world.execute()
    shows = opened(world, run).shows
    assert shows["targets"] == ["prod/web-2"]
    said = "out: decided when the step begins; windows, freezes, claims and limits"
    assert [one.startswith(said) for one in shows["targets known later"]] == [True]
    assert [at.step.id for at in world.work.seen] == ["out.1"]


def test_no_secret_is_in_what_a_gate_shows() -> None:
    hidden = replace(
        change(), after={"content": "hunter2"}, sensitive=True, secrets=("db@3",)
    )
    told = json.dumps(written(Plan(changes=(hidden,))))
    assert "hunter2" not in told
    assert "db@3" in told
