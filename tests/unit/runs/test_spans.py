"""What each job did with its time, read from the entries of its run."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from fakes import StoppedClock
from holdfast import gate
from holdfast.drivers.stores import Store
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.request import Request
from holdfast.model import Entry, Event, Sort, Span, State
from holdfast.record import spans_of
from holdfast.record.runs import view_of
from unit.runs.world import World, job, step


def entry(seconds: int, event: Event, actor: str = "holdfast", **body: Any) -> Entry:
    """One of job `a`, so many seconds past noon; of the run, without a job."""
    told = body if event is Event.FINISHED else {"job": "a", **body}
    return Entry(
        event, "r1", actor=actor, at=f"2026-03-01T12:00:{seconds:02}Z", body=told
    )


def began(seconds: int, segment: int = 1) -> Entry:
    return entry(
        seconds, Event.JOB_STARTED, segment=segment, worker="w", site="s", total=1
    )


def step_began(seconds: int, step: int, attempt: int = 1) -> Entry:
    return entry(seconds, Event.STEP_STARTED, step=step, attempt=attempt)


def step_ended(seconds: int, step: int, outcome: str = "success") -> Entry:
    return entry(
        seconds, Event.STEP_ENDED, step=step, outcome=outcome, conclusion=outcome
    )


def ended(seconds: int, state: str = "succeeded") -> Entry:
    return entry(seconds, Event.JOB_ENDED, state=state)


def told(*entries: Entry) -> list[tuple[str, int, int, int | None, str]]:
    """Sort, step, from and until as seconds past noon, and how it ended."""
    return [
        (
            one.sort.value,
            one.step,
            int(one.since[-3:-1]),
            int(one.until[-3:-1]) if one.until else None,
            one.state.value,
        )
        for one in spans_of(entries)
    ]


def test_steps_follow_each_other() -> None:
    assert told(
        began(1),
        step_began(2, 0),
        step_ended(5, 0),
        step_began(6, 1),
        ended(9, "failed"),
    ) == [
        ("work", -1, 1, 2, "succeeded"),
        ("work", 0, 2, 5, "succeeded"),
        ("work", 1, 6, 9, "failed"),
    ]


def test_an_attempt_that_failed_ends_when_the_next_one_begins() -> None:
    found = told(began(0), step_began(1, 0), step_began(4, 0, 2), step_ended(6, 0))
    assert found[1:] == [("work", 0, 1, 4, "failed"), ("work", 0, 4, 6, "succeeded")]


def test_a_step_that_goes_on_under_another_worker_is_one_stretch() -> None:
    found = told(began(0), step_began(1, 0), began(9, 2), step_ended(12, 0), ended(12))
    assert found[1:] == [("work", 0, 1, 12, "succeeded")]


def test_a_gate_ends_with_the_last_yes_and_then_the_job_is_queued() -> None:
    opened = entry(1, Event.GATE_OPENED, digest="d", step=-1)
    yes = [entry(n, Event.APPROVED, "bob", digest="d") for n in (3, 7)]
    assert told(opened, *yes, began(10), ended(12)) == [
        ("gate", -1, 1, 7, "succeeded"),
        ("queue", -1, 7, 10, "succeeded"),
        ("work", -1, 10, 12, "succeeded"),
    ]


def test_a_yes_to_what_has_moved_ends_no_gate() -> None:
    first = entry(1, Event.GATE_OPENED, digest="d", step=-1)
    moved = entry(5, Event.GATE_OPENED, digest="e", step=-1)
    yes = entry(3, Event.APPROVED, "bob", digest="d")
    assert told(first, yes, moved, began(9))[:2] == [
        ("gate", -1, 1, 5, "succeeded"),
        ("gate", -1, 5, 9, "succeeded"),
    ]


def test_a_refused_gate_ends_with_the_job() -> None:
    opened = entry(1, Event.GATE_OPENED, digest="d", step=-1)
    assert told(opened, ended(8, "rejected")) == [("gate", -1, 1, 8, "rejected")]


@pytest.mark.parametrize(
    ("event", "more", "sort"),
    [
        (Event.WAITING, {"until": "x"}, "wait"),
        (Event.WAITING, {"child": "r2"}, "run"),
        (Event.HANDED, {"id": "t"}, "person"),
        (Event.GATE_OPENED, {"digest": "d"}, "gate"),
    ],
)
def test_a_step_that_waits_is_no_work(
    event: Event, more: dict[str, Any], sort: str
) -> None:
    waits = entry(2, event, step=0, **more)
    resumed = entry(20, Event.RESUMED, step=0, outcome="failure")
    found = told(began(0), step_began(1, 0), waits, resumed, began(25, 2), ended(26))
    assert found[2:] == [
        (sort, 0, 2, 20, "failed"),
        ("queue", -1, 20, 25, "succeeded"),
        ("work", -1, 25, 26, "succeeded"),
    ]


def test_a_doubt_lasts_until_somebody_answers() -> None:
    asked = entry(5, Event.ASKED, step=0, question="?")
    answered = entry(9, Event.ANSWERED, "ann", step=0, answer="made")
    found = told(began(0), step_began(1, 0), asked, answered)
    assert found[1:] == [
        ("work", 0, 1, 5, "in_doubt"),
        ("doubt", 0, 5, 9, "succeeded"),
        ("queue", -1, 9, None, "running"),
    ]


def test_planning_before_a_gate_is_work() -> None:
    found = told(
        entry(0, Event.LOOK_ASKED),
        began(2),
        entry(4, Event.LOOKED, found={}),
        entry(5, Event.GATE_OPENED, digest="d", step=-1),
    )
    assert [one[:4] for one in found] == [
        ("queue", -1, 0, 2),
        ("work", -1, 2, 4),
        ("gate", -1, 5, None),
    ]


def test_the_end_of_a_run_ends_what_is_left_of_it() -> None:
    over = entry(9, Event.FINISHED, state="cancelled")
    assert told(began(1), over) == [("work", -1, 1, 9, "cancelled")]


def test_a_clock_that_is_behind_makes_no_stretch_end_before_it_began() -> None:
    found = told(began(5), step_began(3, 0), ended(2))
    assert [one[2:4] for one in found] == [(3, 3), (5, 5)]


def test_what_was_skipped_took_no_time() -> None:
    assert told(step_ended(3, 0, "skipped"), ended(3, "skipped")) == []


def test_a_word_of_a_newer_holdfast_changes_nothing() -> None:
    assert told(began(1), entry(2, Event("unheard-of")), ended(3)) == [
        ("work", -1, 1, 3, "succeeded")
    ]


def test_stretches_of_a_real_run_never_overlap(store: Store) -> None:
    world = World.of(store)
    world.worker("w1")
    rules = gate.rules_from({"prod": {"approve": {"by": ["sre"], "within": "4h"}}})
    world.keeper.gatekeeper = Gatekeeper(rules, {"sre": ["bob"]})
    ship = job("ship", environment="prod", steps=(step("s"), step("t")))
    world.flow = replace(world.flow, jobs=(ship,))
    run, clock = world.start(), world.keeper.clock
    assert isinstance(clock, StoppedClock)
    clock.time += timedelta(minutes=5)
    shown = world.view(run).jobs["ship"].gate
    assert shown is not None
    world.keeper.decide(run, "ship", shown.digest, "fine", "bob", yes=True)
    clock.time += timedelta(seconds=3)
    world.execute()
    spans = spans_of(store.ledger.of_run(run))
    assert [one.sort for one in spans] == [Sort.GATE, Sort.QUEUE, *[Sort.WORK] * 3]
    assert _length(spans[0]) == timedelta(minutes=5)
    assert all(one.until <= two.since for one, two in pairwise(spans))
    assert view_of(run, store.ledger.of_run(run)).state is State.SUCCEEDED


def test_the_newest_entry_is_known_without_reading_any(store: Store) -> None:
    world = World.of(store)
    world.flow = replace(world.flow, jobs=(job("a", steps=(step("s"),)),))
    assert (store.runs.newest(), store.runs.newest("r1")) == (0, 0)
    one, two = world.start(), world.start()
    assert store.runs.newest(one) == store.ledger.of_run(one)[-1].sequence
    assert store.runs.newest(one) < store.runs.newest(two) == store.runs.newest()


def test_runs_are_asked_for_by_what_started_them(store: Store) -> None:
    world = World.of(store)
    world.flow = replace(world.flow, jobs=(job("a", steps=(step("s"),)),))
    for github, parent in (
        ({"event_name": "push"}, ""),
        ({"event_name": "schedule"}, ""),
        ({"event_name": "push"}, "r1/a"),
    ):
        request = Request(world.flow, {}, github=github, parent=parent)
        world.keeper.accept(request, "ann")
    rows = store.runs.runs()
    assert [row.trigger for row in rows] == ["workflow_call", "schedule", "push"]
    assert [row.id for row in store.runs.runs(trigger="push")] == ["r1"]
    assert store.runs.runs(trigger="push", workflow="other") == ()


def _length(one: Span) -> timedelta:
    until, since = map(datetime.fromisoformat, (one.until, one.since))
    return until - since
