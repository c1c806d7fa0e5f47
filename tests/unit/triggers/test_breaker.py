"""A remediation that does not help stops, tries again later, and stays in its budget."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.declare import Storm
from holdfast.engine.triggers import Attempt, Circuit, breaker, budget

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPEN, CLOSED, HALF = Circuit.OPEN, Circuit.CLOSED, Circuit.HALF_OPEN
LIMITS = Storm()
MARKS = {"x": False, "v": True, ".": None}


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def attempts(story: str) -> list[Attempt]:
    """``x`` did not help, ``v`` passed, ``.`` is at work; each with its minute."""
    words = [(word[0], int(word[1:])) for word in story.split()]
    return [Attempt(minute(at), MARKS[mark]) for mark, at in words]


@pytest.mark.parametrize(
    ("story", "now", "wanted", "until"),
    [
        ("", 0, CLOSED, None),
        ("x0 x1", 2, CLOSED, None),
        ("x0 x1 x2", 3, OPEN, 62),
        ("x0 x1 x2", 61.9, OPEN, 62),
        ("x0 x1 x2", 62, HALF, None),
        ("x0 x1 x61", 62, CLOSED, None),
        ("x0 x1 v2 x3 x4", 5, CLOSED, None),
        ("x0 x1 v2 x3 x4 x5", 6, OPEN, 65),
        ("x0 x1 x2 .63", 64, OPEN, None),
        ("x0 x1 x2 x63", 64, OPEN, 183),
        ("x0 x1 x2 x63", 183, HALF, None),
        ("x0 x1 x2 x63 x184", 185, OPEN, 424),
        ("x0 x1 x2 v63", 64, CLOSED, None),
        ("x0 x1 x2 x30", 31, OPEN, 90),
        ("x0 x1 .2", 3, OPEN, None),
        (".0 .1", 2, CLOSED, None),
        ("v0 v1 v2 v3 v4", 5, CLOSED, None),
        ("v0 v1 v2 v3 v4 v5", 6, OPEN, 60),
        ("v0 v1 v2 v3 v4 v5", 60, CLOSED, None),
        ("x2 x0 x1", 3, OPEN, 62),
    ],
)
def test_it_opens_and_tries_again(
    story: str, now: float, wanted: Circuit, until: float | None
) -> None:
    found = breaker(attempts(story), LIMITS, minute(now))
    assert found.circuit is wanted, found.reason
    assert found.until == (None if until is None else minute(until))
    assert found.lets_through is (wanted is not OPEN)
    assert found.reason


def test_the_pause_is_a_day_at_most() -> None:
    at, tries = 10.0, [Attempt(minute(n), passed=False) for n in (0, 1, 2)]
    for _ in range(12):
        at += 24 * 60 + 10
        tries.append(Attempt(minute(at), passed=False))
    found = breaker(tries, LIMITS, minute(at))
    assert found.until == minute(at + 24 * 60)


def test_a_host_that_flaps_for_a_week_is_not_restarted_all_week() -> None:
    """It comes back to life with each restart's verify failing; alerts every minute."""
    tries: list[Attempt] = []
    for number in range(7 * 24 * 60):
        if breaker(tries, LIMITS, minute(number)).lets_through:
            tries.append(Attempt(minute(number), passed=False))
    assert len(tries) <= 3 + 5 + 7


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([True, False, None]))))
def test_it_never_opens_without_enough_attempts(
    story: list[tuple[int, bool | None]],
) -> None:
    tries = [Attempt(minute(at), passed) for at, passed in story]
    found = breaker(tries, LIMITS, minute(301))
    if found.circuit is not CLOSED:
        assert len(tries) >= 3
    if not any(one.passed is False for one in tries) and len(tries) < 3:
        assert found.circuit is CLOSED


@pytest.mark.parametrize(
    ("limits", "touched", "allowed", "until"),
    [
        (Storm(), {"a": 0, "b": 0, "c": 0}, True, None),
        (Storm(max_share="10%"), {}, True, None),
        (Storm(max_share="10%"), {"a": 0}, True, None),
        (Storm(max_share="10%"), {"a": 10, "b": 20}, False, 70),
        (Storm(max_share="10%"), {"a": -60, "b": 20}, True, None),
        (Storm(max_share="10%"), {"a": 0, "t": 10}, True, None),
        (Storm(max_share="0%"), {}, False, None),
        (Storm(max_share="1%"), {}, True, None),
        (Storm(max_share="1%"), {"a": 0}, False, 60),
        (Storm(max_share=3, max_targets=1), {"a": 0}, False, 60),
        (Storm(max_share=3), {"a": 0, "b": 0}, True, None),
    ],
)
def test_a_fleet_is_touched_in_parts(
    limits: Storm, touched: dict[str, int], *, allowed: bool, until: int | None
) -> None:
    moments = {name: minute(at) for name, at in touched.items()}
    found = budget(moments, "t", limits, 20, minute(30))
    assert found.allowed is allowed, found.reason
    assert found.until == (None if until is None else minute(until))
