"""Never more than one message for one cause, and one when it is over."""

from typing import Any

import pytest

from holdfast.drivers.stores import Store
from holdfast.model import Event
from holdfast.ports import Thread
from unit.outbox.scene import Scene, notify

FAILED = {"to": "ops", "on": ["failed"]}


def test_a_thousand_failures_of_one_cause_are_one_message(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    for number in range(1, 1001):
        scene.begins(f"r{number}")
    scene.store.ledger.append(
        [scene.entry(Event.FINISHED, f"r{n}", state="failed") for n in range(1, 1001)]
    )
    scene.passes(1)
    assert scene["ops"].titles == ["r1 of ship failed"]
    (thread,) = _threads(store, "failed/w.yaml/")
    assert thread.count == 1000


def test_two_targets_are_two_causes(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    for run, target in (("r1", "web-1"), ("r2", "web-2"), ("r3", "web-1")):
        scene.run(run, "failed", cause={"target": target})
    scene.passes(1)
    assert scene["ops"].titles == [
        "r1 of ship failed (web-1)",
        "r2 of ship failed (web-2)",
    ]


def test_who_was_told_of_a_failure_is_told_once_that_it_is_over(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    scene.run("r2", "succeeded")
    scene.run("r3", "succeeded")
    scene.passes(1)
    assert scene["ops"].titles == ["r1 of ship failed", "ship works again"]


def test_a_success_that_was_never_a_failure_is_told_to_nobody(store: Store) -> None:
    scene = Scene.of(store, notify({"to": "ops", "on": ["failed", "recovered"]}))
    scene.run("r1", "succeeded")
    scene.passes(1)
    assert scene["ops"].titles == []


def test_who_only_wants_to_hear_of_ends_hears_only_of_them(store: Store) -> None:
    scene = Scene.of(store, notify({"to": "ops", "on": ["recovered"]}))
    scene.run("r1", "failed")
    scene.run("r2", "succeeded")
    scene.passes(1)
    assert scene["ops"].titles == ["ship works again"]


def test_what_comes_and_goes_is_told_once(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED, quiet="10m"))
    for number in range(1, 21, 2):
        scene.run(f"r{number}", "failed")
        scene.run(f"r{number + 1}", "succeeded")
        scene.passes(20)
    assert scene["ops"].titles == ["r1 of ship failed", "ship works again"]


def test_what_came_back_and_stays_is_told_after_the_quiet_time(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED, quiet="10m"))
    scene.run("r1", "failed")
    scene.run("r2", "succeeded")
    scene.run("r3", "failed")
    scene.passes(599)
    assert len(scene["ops"].titles) == 2
    scene.passes(2)
    scene.passes(2)
    assert scene["ops"].titles[2:] == ["r3 of ship failed"]
    scene.run("r4", "succeeded")
    scene.passes(1)
    assert scene["ops"].titles[3:] == ["ship works again"]


def test_a_gate_is_told_once_for_its_digest_and_closed_when_it_is_decided(
    store: Store,
) -> None:
    scene = Scene.of(store, notify({"to": ["ops", "duty"], "on": ["gate-opened"]}))
    scene.begins("r1")
    needs = ["sre"]
    scene.happens(Event.GATE_OPENED, job="ship", digest="sha256:aa", needs=needs)
    scene.passes(1)
    scene.happens(
        Event.APPROVED, job="ship", digest="sha256:aa", why="fine", actor="bob"
    )
    scene.passes(1)
    scene.happens(Event.JOB_STARTED, job="ship", segment=1, worker="w", site="s")
    scene.happens(Event.JOB_ENDED, job="ship", state="succeeded")
    scene.passes(1)
    assert scene["ops"].phases == ["opened", "closed"]
    assert "bob said yes" in scene["ops"].handed[1][0].body["text"]
    assert scene["duty"].phases == ["opened", "taken-up", "closed"]
    assert {pile[0].body["cause"] for pile in scene["duty"].handed} == {
        "gate/r1/ship/sha256:aa"
    }


def test_a_gate_for_another_plan_closes_only_the_incident_of_the_old_one(
    store: Store,
) -> None:
    scene = Scene.of(store, notify({"to": ["ops", "duty"], "on": ["gate-opened"]}))
    scene.begins("r1")
    for digest in ("sha256:aa", "sha256:bb"):
        scene.happens(Event.GATE_OPENED, job="ship", digest=digest)
    scene.passes(1)
    assert scene["ops"].phases == ["opened", "opened"]
    assert scene["duty"].phases == ["opened", "closed", "opened"]


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (["gate-opened"], ["opened", "closed"]),
        (["gate-opened", "expired"], ["opened", "closed"]),
        (["expired"], ["closed"]),
    ],
)
def test_a_gate_nobody_decided_about_is_one_more_message(
    store: Store, on: list[str], told: list[str]
) -> None:
    scene = Scene.of(store, notify({"to": "ops", "on": on}))
    scene.begins("r1")
    scene.happens(Event.GATE_OPENED, job="ship", digest="sha256:aa")
    scene.happens(Event.JOB_ENDED, job="ship", state="expired")
    scene.ends("r1", "expired")
    scene.passes(1)
    assert scene["ops"].phases == told


def test_a_doubt_is_told_with_what_to_type_and_closed_by_the_answer(
    store: Store,
) -> None:
    scene = Scene.of(store, notify({"to": "ops", "on": ["in-doubt"]}))
    scene.begins("r1")
    scene.happens(Event.ASKED, job="ship", step=2, question="Was it made?")
    scene.happens(Event.ANSWERED, job="ship", step=2, answer="made", actor="bob")
    scene.passes(1)
    first, second = (pile[0].body for pile in scene["ops"].handed)
    assert "holdfast resolve r1 ship --as made|not-made|failed" in first["text"]
    assert second["text"] == "bob says it was made."


def page(action: str, **more: Any) -> dict[str, Any]:
    """A page about the rule `mend it`, as its entry holds it."""
    return {
        "action": action,
        "owner": "team-shop",
        "workflow": "w.yaml",
        "name": "mend it",
        "target": "web-1",
        "environment": "production",
        "reason": "3 attempts and no verify passed",
        "until": "2026-11-23T13:00:00.000000Z",
        "next": "holdfast rule show 'mend it'",
        **more,
    }


OWNER = {"owners": {"team-shop": "duty"}}


@pytest.mark.parametrize("word", ["page", "breaker-opened"])
def test_a_breaker_pages_the_owner_and_is_closed_by_a_run_that_helps(
    store: Store, word: str
) -> None:
    scene = Scene.of(store, notify({"to": "owner", "on": [word]}, **OWNER))
    scene.happens(Event.PAGED, "", **page("breaker-opened"))
    scene.passes(1)
    scene.run("r9", "succeeded", cause={"target": "web-1"})
    scene.passes(1)
    assert scene["duty"].phases == ["opened", "closed"]
    message = scene["duty"].handed[0][0].body
    assert message["severity"] == "critical"
    assert message["title"] == "mend it does not try again on web-1"
    assert message["command"] == "holdfast rule show 'mend it'"
    assert "Not before 2026-11-23T13:00Z." in message["text"]


@pytest.mark.parametrize(
    ("action", "over", "told"),
    [
        ("breaker-opened", Event.BREAKER_CLOSED, ["opened", "closed"]),
        ("trust-lost", Event.TRUST_GIVEN, ["opened", "closed"]),
        ("budget-spent", Event.BREAKER_CLOSED, ["once"]),
    ],
)
def test_every_sort_of_page_is_sent_and_a_person_ends_it(
    store: Store, action: str, over: Event, told: list[str]
) -> None:
    rules = ({"to": "owner", "on": ["page"]}, {"to": "ops", "on": [action, "page"]})
    scene = Scene.of(store, notify(*rules, **OWNER))
    scene.happens(Event.PAGED, "", **page(action))
    scene.passes(1)
    scene.happens(over, "", workflow="w.yaml", target="web-1", why="mended")
    scene.passes(1)
    assert scene["duty"].phases == told
    assert scene["ops"].phases == told


def test_one_sort_of_page_is_asked_for_by_its_own_word(store: Store) -> None:
    scene = Scene.of(store, notify({"to": "ops", "on": ["trust-lost"]}))
    for action in ("breaker-opened", "budget-spent", "trust-lost"):
        scene.happens(Event.PAGED, "", **page(action))
    scene.passes(1)
    assert scene["ops"].titles == ["mend it does not act by itself any more"]


def test_a_page_of_a_breaker_says_that_trust_was_lost_with_it(store: Store) -> None:
    scene = Scene.of(store, notify({"to": "ops", "on": ["page"]}))
    scene.happens(Event.PAGED, "", **page("breaker-opened"), distrusted=True)
    scene.passes(1)
    (letter,) = scene["ops"].handed[0]
    assert "on any target it proposes and waits for a yes" in letter.body["text"]


def test_a_rule_is_for_its_environment_workflow_and_owner_only(store: Store) -> None:
    rules = (
        {"to": "ops", "on": ["failed"], "environment": "staging"},
        {"to": "duty", "on": ["failed"], "environment": "production", "workflow": "w"},
        {"to": "ann", "on": ["failed"], "owner": "team-else"},
    )
    scene = Scene.of(store, notify(*rules))
    scene.run("r1", "failed")
    scene.passes(100)
    told = {name: len(one.handed) for name, one in scene.senders.items()}
    assert told == {"ops": 0, "duty": 1, "ann": 0}


def test_what_comes_together_is_one_letter_to_a_mailbox(store: Store) -> None:
    scene = Scene.of(store, notify({"to": "ann", "on": ["failed"]}))
    scene.run("r1", "failed", cause={"target": "web-1"})
    scene.passes(0)
    scene.passes(30)
    scene.run("r2", "failed", cause={"target": "web-2"})
    scene.passes(1)
    assert scene["ann"].handed == []
    scene.passes(30)
    assert [len(pile) for pile in scene["ann"].handed] == [2]


def test_a_run_that_was_called_is_told_by_its_caller(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.begins("r1")
    scene.begins("r2", parent="r1/build")
    scene.ends("r2", "failed")
    scene.ends("r1", "failed")
    scene.passes(1)
    assert scene["ops"].titles == ["r1 of ship failed"]


def test_an_apply_within_a_run_is_told_by_the_run(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.begins("r1")
    started = {"environment": "production", "purpose": "converge"}
    scene.happens(Event.RUN_STARTED, "r2", actor="r1", **started)
    scene.happens(Event.RUN_ENDED, "r2", outcome="failed", counts={"failed": 1})
    scene.passes(1)
    assert scene["ops"].titles == []
    scene.happens(Event.RUN_STARTED, "r3", **started)
    scene.happens(Event.RUN_ENDED, "r3", outcome="failed", counts={"failed": 1})
    scene.passes(1)
    assert scene["ops"].titles == ["r3: an apply in production ended with failed"]


def test_a_secret_in_what_somebody_wrote_is_not_told(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.begins("r1")
    scene.ends("r1", "failed", why="login with hunter2hunter2 failed")
    scene.passes(1)
    assert "***" in str(scene["ops"].handed[0][0].body)
    assert "hunter2" not in str(scene["ops"].handed)


def _threads(store: Store, cause: str) -> tuple[Thread, ...]:
    with store.outbox.begin() as transaction:
        return transaction.threads(cause)
