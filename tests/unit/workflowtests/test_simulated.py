from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.drivers.simulated import CutOff, SimulatedTime

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def play(time: SimulatedTime) -> list[tuple[str, str]]:
    """Everybody's turns until nobody is left."""
    ends = []
    while (moment := time.next()) is not None:
        time.go_to(moment)
        while (turn := time.turn()) is not None:
            ends += [turn] if turn[1] else []
    return ends


def test_activities_overlap_in_a_time_that_costs_none() -> None:
    time, seen = SimulatedTime(NOON), []

    def working(name: str, *pauses: int) -> Callable[[], None]:
        def work() -> None:
            for pause in pauses:
                time.sleep(pause)
                seen.append((name, (time.now() - NOON).total_seconds()))

        return work

    time.begin("slow", working("slow", 3600, 3600))
    time.begin("fast", working("fast", 600, 4000))
    assert play(time) == [("fast", "done"), ("slow", "done")]
    assert seen == [("fast", 600), ("slow", 3600), ("fast", 4600), ("slow", 7200)]


def test_who_is_to_end_because_of_the_time_is_woken_to_the_second() -> None:
    time = SimulatedTime(NOON)
    end = NOON + timedelta(seconds=1234)
    told: list[tuple[str, datetime]] = []

    def work() -> None:
        why = time.rest(10**6, lambda: "over" if time.now() >= end else "")
        told.append((why, time.now()))

    time.begin("one", work)
    play(time)
    assert told == [("over", end)]


def test_who_is_told_to_end_by_another_is_woken_at_once() -> None:
    time, words = SimulatedTime(NOON), [""]
    told: list[tuple[str, datetime]] = []

    def teller() -> None:
        time.sleep(60)
        words[0] = "enough"

    def work() -> None:
        told.append((time.rest(10**6, lambda: words[0]), time.now()))

    time.begin("work", work)
    time.begin("teller", teller)
    play(time)
    assert told == [("enough", NOON + timedelta(seconds=60))]


def test_a_crash_ends_an_activity_and_a_mistake_is_raised() -> None:
    time = SimulatedTime(NOON)

    def crash() -> None:
        raise CutOff

    def mistake() -> None:
        raise KeyError("x")

    time.begin("crash", crash)
    assert play(time) == [("crash", "cut-off")]
    time.begin("mistake", mistake)
    with pytest.raises(KeyError):
        play(time)
    assert time.next() is None


def test_what_still_sleeps_is_ended_in_the_end() -> None:
    time, after = SimulatedTime(NOON), []

    def work() -> None:
        time.sleep(60)
        after.append("went on")

    time.begin("one", work)
    assert time.turn() == ("one", "")
    time.close()
    assert (after, time.next()) == ([], None)
