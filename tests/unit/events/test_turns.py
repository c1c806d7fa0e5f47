"""The loop goes on, whatever fails in it."""

from datetime import datetime, timedelta
from threading import Event, Thread

import pytest

from fakes import NOW, StoppedClock
from holdfast.engine.turns import Seldom, Turns
from holdfast.problems import HoldfastError, Problem


def test_what_fails_in_one_part_keeps_no_other_from_it() -> None:
    done: list[str] = []
    told: list[HoldfastError] = []

    def fail() -> None:
        raise HoldfastError(Problem("store.no-answer", "no"))

    turns = Turns((fail, lambda: done.append("b")), StoppedClock(), tell=told.append)
    turns.turn()
    turns.turn()
    assert done == ["b", "b"]
    assert len(told) == 1


def test_a_fault_of_ours_keeps_no_other_from_it_either(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    def fail() -> None:
        raise OSError(28, "No space left on device")

    turns = Turns((fail, lambda: done.append("b")), StoppedClock())
    turns.turn()
    turns.turn()
    assert done == ["b", "b"]
    assert len(caplog.records) == 1


def test_what_fails_again_after_it_worked_is_told_again() -> None:
    ends = iter([False, False, True, False])
    told: list[HoldfastError] = []

    def work_at_times() -> None:
        if not next(ends):
            raise HoldfastError(Problem("store.no-answer", "no"))

    turns = Turns((work_at_times,), StoppedClock(), tell=told.append)
    for _ in range(4):
        turns.turn()
    assert len(told) == 2


def test_who_is_woken_does_not_wait_and_who_is_stopped_ends() -> None:
    seen = [Event(), Event()]

    def mark() -> None:
        next((one for one in seen if not one.is_set()), seen[-1]).set()

    turns = Turns((mark,), StoppedClock())
    thread = Thread(target=turns.run)
    thread.start()
    assert seen[0].wait(10)
    turns.woken.set()
    assert seen[1].wait(10)
    turns.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_what_no_event_concerns_is_done_once_a_second_and_when_it_is_due() -> None:
    clock, done, due = StoppedClock(), list[int](), dict[str, datetime]()
    part = Seldom(lambda: done.append(1), clock, lambda: due.get("at"))
    part.tick()
    part.tick()
    assert len(done) == 1
    due["at"] = clock.now() + timedelta(milliseconds=300)
    clock.sleep(0.2)
    part.tick()
    assert len(done) == 1
    clock.sleep(0.2)
    part.tick()
    assert len(done) == 2
    due.clear()
    part.tick()
    clock.sleep(1)
    part.tick()
    assert len(done) == 3


def test_a_clock_that_is_set_back_keeps_nothing_from_being_done() -> None:
    clock, done = StoppedClock(), list[int]()
    part = Seldom(lambda: done.append(1), clock, lambda: None)
    part.tick()
    clock.time -= timedelta(hours=1)
    clock.sleep(1)
    part.tick()
    assert len(done) == 2


def test_the_loop_sleeps_until_something_is_due_and_a_second_at_most() -> None:
    moments = {"at": NOW}
    turns = Turns((), StoppedClock(), wakes=(lambda: None, lambda: moments["at"]))
    pauses = []
    for seconds in (-5, 0.5, 60):
        moments["at"] = NOW + timedelta(seconds=seconds)
        pauses.append(turns._pause())
    assert pauses == [0.02, 0.5, 1.0]
    assert Turns((), StoppedClock())._pause() == 1.0
