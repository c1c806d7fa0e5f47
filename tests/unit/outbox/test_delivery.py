"""What is written is sent: once where it can be, again where it must, never lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from holdfast.declare import EVENT_TYPES, SubscriberDeclared
from holdfast.drivers.stores import Store
from holdfast.engine.outbox import Relay
from holdfast.engine.outbox.events import TYPES, wants
from holdfast.engine.outbox.schedule import ATTEMPTS, LONGEST, SPREAD, after, pause
from holdfast.model import Event
from holdfast.ports import Answer, Letter, OutboxSheet
from holdfast.problems import HoldfastError
from holdfast.record import ACTS, acts_in
from unit.outbox.scene import NOON, TAKEN, Recorder, Scene, notify

FAILED = {"to": "ops", "on": ["failed"]}
DOWN = Answer(taken=False, said="500 down")
AUDIT = SubscriberDeclared.model_validate(
    {"url": "https://audit.example/", "secret": "signing", "types": ["run.*"]}
)


class Killed(BaseException):
    """What a kill -9 is to code that runs in one process."""


class Broken(Recorder):
    """A channel that does not understand its letters."""

    def send(self, *_: Any) -> Answer:
        raise ValueError("odd")


@contextmanager
def killed() -> Iterator[None]:
    with pytest.raises(Killed):
        yield


def letters(store: Store) -> list[Letter]:
    return list(reversed(store.outbox.letters()))


def test_what_was_before_anybody_listened_is_not_told(store: Store) -> None:
    early = Scene.of(store, notify())
    early.run("r1", "failed")
    with store.outbox.begin() as transaction:
        transaction.see(transaction.newest())
    scene = Scene.of(store, notify(FAILED))
    scene.run("r2", "failed")
    scene.passes(1)
    assert scene["ops"].titles == ["r2 of ship failed"]


def test_killed_after_the_entry_and_before_the_letter_it_is_told_all_the_same(
    store: Store,
) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    scene.clock.time += timedelta(minutes=1)
    other = scene.another("two")
    assert other.tick() == 2
    assert scene["ops"].titles == ["r1 of ship failed"]


def test_killed_in_the_middle_of_writing_nothing_is_written_and_later_all_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    with monkeypatch.context() as patched, killed():
        patched.setattr(Relay, "_prune", _die)
        scene.post.relay.tick()
    assert letters(store) == []
    scene.passes(1)
    assert scene["ops"].titles == ["r1 of ship failed"]


def test_killed_between_store_and_send_it_is_sent_by_the_next(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    assert scene.post.relay.tick() == 1
    assert [one.state for one in letters(store)] == ["waiting"]
    scene.clock.time += timedelta(minutes=1)
    scene.another("two").tick()
    assert scene["ops"].titles == ["r1 of ship failed"]
    assert [one.state for one in letters(store)] == ["sent"]


def test_killed_between_send_and_note_it_is_sent_again_with_the_same_id(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    with monkeypatch.context() as patched, killed():
        patched.setattr("holdfast.engine.outbox.delivery.after", _die)
        scene.post.tick()
    scene.clock.time += timedelta(minutes=1)
    scene.another("two").tick()
    first, second = (pile[0] for pile in scene["ops"].handed)
    assert first.body["id"] == second.body["id"]


def test_an_entry_nobody_can_read_keeps_no_other_from_being_told(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.happens(Event.GATE_OPENED, "r9")
    scene.run("r1", "failed")
    scene.passes(1)
    assert scene["ops"].titles == ["r1 of ship failed"]


def test_a_letter_nobody_can_read_is_tried_later_and_keeps_no_channel(
    store: Store,
) -> None:
    scene = Scene.of(store, notify({"to": ["ops", "duty"], "on": ["failed"]}))
    scene.post.delivery.senders = {**scene.senders, "ops": Broken()}
    scene.run("r1", "failed")
    scene.passes(1)
    assert scene["duty"].titles == ["r1 of ship failed"]
    told = {one.to: (one.state, one.answer) for one in letters(store)}
    assert told["ops"] == ("waiting", "it could not be sent: ValueError('odd')")


def test_only_one_process_leads(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.passes(1)
    scene.run("r1", "failed")
    scene.post.relay.tick()
    assert scene.another("two").tick() == 0
    scene.post.tick()
    assert len(scene["ops"].handed) == 1


def test_a_channel_that_fails_is_tried_by_the_schedule_then_it_is_a_dead_letter(
    store: Store,
) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene["ops"].answers = [DOWN] * ATTEMPTS
    scene.run("r1", "failed")
    scene.passes(0)
    moments = [scene.clock.now()]
    while letters(store)[0].state == "waiting":
        scene.clock.time = letters(store)[0].due
        moments.append(scene.clock.now())
        scene.post.tick()
    pauses = [(b - a).total_seconds() for a, b in pairwise(moments)]
    plain = [min(5 * 4**n, LONGEST) for n in range(ATTEMPTS - 1)]
    assert len(scene["ops"].handed) == ATTEMPTS == 11
    for seen, wanted in zip(pauses, plain, strict=True):
        assert wanted * (1 - SPREAD) <= seen <= wanted * (1 + SPREAD)
    (letter,) = letters(store)
    assert (letter.state, letter.attempts, letter.answer) == ("dead", 11, "500 down")
    scene.passes(10**6)
    assert len(scene["ops"].handed) == ATTEMPTS


def test_letters_that_failed_together_do_not_come_back_together() -> None:
    assert len({round(pause(f"letter-{n}", 3), 3) for n in range(20)}) > 10
    assert pause("letter-1", 3) == pause("letter-1", 3)


@pytest.mark.parametrize(
    ("answer", "state", "wait"),
    [
        (Answer(taken=False, said="429", after=600), "waiting", 600),
        (Answer(taken=False, said="429", after=10**9), "waiting", 24 * 3600),
        (Answer(taken=False, said="410 gone", final=True), "dead", None),
        (TAKEN, "sent", None),
    ],
)
def test_an_answer_decides_what_is_next(
    answer: Answer, state: str, wait: int | None
) -> None:
    letter = Letter("k", "ops", "notice", "x", {}, NOON, NOON)
    found = after(letter, answer, NOON)
    assert found.state == state
    if wait is not None:
        assert found.due == NOON + timedelta(seconds=wait)


def test_one_that_does_not_answer_keeps_no_other_waiting(store: Store) -> None:
    scene = Scene.of(store, notify({"to": ["ops", "duty"], "on": ["failed"]}))
    scene["ops"].answers = [DOWN]
    for number in range(3):
        scene.run(f"r{number}", "failed", cause={"target": f"web-{number}"})
    scene.passes(1)
    assert len(scene["ops"].handed) == 1
    assert len(scene["duty"].handed) == 3


def test_a_channel_that_is_gone_leaves_a_dead_letter_that_says_so(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    scene.post.relay.tick()
    scene.post.delivery.senders = {}
    scene.passes(0)
    (letter,) = letters(store)
    assert (letter.state, letter.answer) == ("dead", "ops is not declared any more")


def test_a_person_sends_again_and_gives_up(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene["ops"].answers = [replace(DOWN, final=True)] * 2
    desk = scene.desk
    scene.run("r1", "failed")
    scene.passes(0)
    assert desk.letters(["dead"])[0].id == "m1"
    assert desk.retry("m1", "ann").state == "waiting"
    scene.passes(0)
    assert desk.letter("m1").state == "dead"
    dropped = desk.drop("m1", "ann", " it is old news, said hunter2hunter2 ")
    assert dropped.state == "dropped"
    assert dropped.answer == "ann gave it up; before: 500 down"
    desk.retry("m1", "bob", "the channel is back")
    scene.passes(0)
    for do in (desk.retry, desk.drop):
        with pytest.raises(HoldfastError) as caught:
            do("m1", "ann", "once more")
        assert caught.value.problems[0].code == "outbox.sent-already"
    did = acts_in(store.ledger.of_event(*ACTS))
    assert [(one.actor, one.what, one.why) for one in did] == [
        ("ann", "sent m1 to ops again", ""),
        ("ann", "gave up m1 to ops", "it is old news, said ***"),
        ("bob", "sent m1 to ops again", "the channel is back"),
    ]


def test_nobody_gives_a_letter_up_without_a_reason(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    scene.post.relay.tick()
    with pytest.raises(HoldfastError) as caught:
        scene.desk.drop("m1", "ann", " ")
    assert caught.value.problems[0].code == "outbox.no-reason"
    assert letters(store)[0].state == "waiting"
    assert store.ledger.of_event(*ACTS) == ()


def test_how_the_way_out_stands_is_counted(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED, {"to": "duty", "on": ["failed"]}))
    scene["ops"].answers = [DOWN]
    scene["duty"].answers = [replace(DOWN, final=True)]
    assert scene.desk.sheet() == OutboxSheet()
    scene.run("r1", "failed")
    scene.clock.time += timedelta(minutes=7)
    assert scene.desk.sheet() == OutboxSheet(late=420.0)
    scene.post.relay.tick()
    waiting = (("duty", "waiting", 1), ("ops", "waiting", 1))
    assert scene.desk.sheet() == OutboxSheet(waiting)
    scene.post.delivery.tick()
    tried = (("duty", "dead", 1), ("ops", "failing", 1))
    assert scene.desk.sheet() == OutboxSheet(tried)
    scene.clock.time += timedelta(hours=1)
    late = scene.desk.sheet()
    assert (late.age, 3590 < late.late < 3600) == (3600.0, True)
    scene.passes(0)
    assert scene.desk.sheet() == OutboxSheet((("duty", "dead", 1), ("ops", "sent", 1)))


@pytest.mark.parametrize("name", ["m7", "", "m", "../x", "m1; --", "m" + "9" * 40])
def test_a_letter_that_is_not_there_is_said(store: Store, name: str) -> None:
    desk = Scene.of(store, notify()).desk
    with pytest.raises(HoldfastError) as caught:
        desk.letter(name)
    assert caught.value.problems[0].code == "outbox.no-such-letter"


# --- events -----------------------------------------------------------------------


def test_a_subscriber_gets_an_event_for_each_entry_of_its_types(store: Store) -> None:
    scene = Scene.of(store, notify(), {"audit": AUDIT})
    scene.begins("r1", inputs={"password": "private"}, why="now")
    scene.happens(Event.JOB_STARTED, job="ship", segment=1, worker="w", site="s")
    scene.happens(Event.GATE_OPENED, job="ship", digest="sha256:aa")
    scene.ends("r1", "succeeded")
    scene.passes(1)
    first, second = (pile[0].body for pile in scene["audit"].handed)
    assert first["type"] == "dev.holdfast.run.started"
    assert second["type"] == "dev.holdfast.run.ended"
    assert second["data"]["state"] == "succeeded"
    assert second["data"]["environments"] == ["production"]
    assert first["source"] == "/holdfast/shop"
    assert first["subject"] == "r1"
    assert first["specversion"] == "1.0"
    assert first["id"] != second["id"]
    assert "private" not in str(first)


def test_an_event_has_the_id_of_its_entry_whoever_sends_it(store: Store) -> None:
    scene = Scene.of(store, notify(), {"audit": AUDIT})
    scene.begins("r1")
    (entry,) = store.ledger.of_run("r1")
    scene.passes(1)
    assert scene["audit"].handed[0][0].body["id"] == f"1-{entry.hash[7:19]}"


def test_every_type_that_is_declared_is_told_and_no_other() -> None:
    told = [
        [one] if isinstance(one, str) else [*one.values()] for one in TYPES.values()
    ]
    assert {kind for kinds in told for kind in kinds} == set(EVENT_TYPES)


@pytest.mark.parametrize(
    ("types", "kind", "wanted"),
    [
        ([], "run.ended", True),
        (["run.ended"], "run.ended", True),
        (["run.*"], "gate.opened", False),
        (["gate.*", "run.*"], "run.started", True),
    ],
)
def test_a_type_is_chosen_by_its_pattern(
    types: list[str], kind: str, *, wanted: bool
) -> None:
    assert wants(types, f"dev.holdfast.{kind}") is wanted


def test_what_was_sent_is_forgotten_and_what_is_dead_is_not(store: Store) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene["ops"].answers = [replace(DOWN, final=True)]
    scene.run("r1", "failed", cause={"target": "a"})
    scene.run("r2", "failed", cause={"target": "b"})
    scene.passes(1)
    with store.outbox.begin() as transaction:
        assert transaction.forget(NOON + timedelta(days=1)) == 1
    assert [one.state for one in letters(store)] == ["dead"]


def _die(*_: object) -> None:
    raise Killed


def test_a_command_sends_what_is_being_gathered_and_not_what_was_tried(
    store: Store,
) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    later = NOON + timedelta(minutes=1)
    fresh = Letter(
        key="fresh",
        to="ops",
        sort="notice",
        what="gathered",
        body={"title": "gathered"},
        at=NOON,
        due=later,
    )
    with store.outbox.begin() as transaction:
        transaction.put([fresh, replace(fresh, key="tried", attempts=1)])
    assert scene.another("two").clear() == 1
    assert sorted(one.state for one in letters(store)) == ["sent", "sent", "waiting"]
    scene.clock.time = later
    assert scene.another("three").tick() == 1, "the lead was let go"
