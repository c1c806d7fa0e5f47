"""A run's time on paper: where each second is drawn."""

from itertools import pairwise

import pytest

from holdfast.server.pages.axis import axis_of, merged


def test_what_touches_or_overlaps_is_one_stretch() -> None:
    assert merged([(5, 6), (0, 2), (1, 3), (3, 4)]) == [(0, 4), (5, 6)]
    assert merged([(0, 9), (1, 2)]) == [(0, 9)]
    assert merged([]) == []


def test_a_run_that_always_works_is_linear() -> None:
    axis = axis_of(10, [(0, 10)])
    assert [axis.x(second) for second in (0, 2.5, 10)] == [0, 25, 100]
    assert not axis.cuts


@pytest.mark.parametrize(("second", "x"), [(-5, 0), (99, 100), (1e9, 100)])
def test_what_lies_outside_is_at_the_nearer_end(second: float, x: float) -> None:
    assert axis_of(10, [(0, 10)]).x(second) == x


def test_hours_at_a_gate_leave_the_work_readable() -> None:
    """Ten seconds, four hours of nothing, ten seconds."""
    axis = axis_of(14_420, [(0, 10), (14_410, 14_420)])
    (cut,) = axis.cuts
    assert (cut.since, cut.until) == (10, 14_410)
    assert cut.right - cut.left < 15
    assert axis.x(10) > 40
    assert axis.x(14_415) - axis.x(14_410) == pytest.approx(axis.x(5), rel=0.01)


def test_a_short_pause_is_not_cut() -> None:
    assert not axis_of(20, [(0, 10), (12, 20)]).cuts


def test_a_run_in_which_nothing_worked_yet_is_drawn_whole() -> None:
    axis = axis_of(3600, [])
    assert not axis.cuts
    assert axis.x(1800) == 50


def test_nothing_at_all_is_an_axis_too() -> None:
    assert axis_of(0, []).x(0) == 0
    assert axis_of(0, [(0, 0)]).x(1) == 100


@pytest.mark.parametrize("end", [0.05, 0.7, 3, 59, 61, 3599, 86_400, 5_000_000])
def test_ticks_are_round_few_and_apart(end: float) -> None:
    ticks = axis_of(end, [(0, end)]).ticks
    assert 1 <= len(ticks) <= 9
    assert ticks[0].seconds == 0
    assert all(b.x - a.x >= 9 for a, b in pairwise(ticks))
    assert all(0 <= tick.x <= 100 for tick in ticks)


def test_no_tick_stands_in_a_cut() -> None:
    axis = axis_of(100_000, [(0, 30), (99_970, 100_000)])
    (cut,) = axis.cuts
    assert not any(cut.left < tick.x < cut.right for tick in axis.ticks)


def test_where_a_second_is_drawn_never_goes_back() -> None:
    axis = axis_of(900, [(3, 9), (100, 104), (104, 110), (600, 601)])
    places = [axis.x(second) for second in range(901)]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] == pytest.approx(100)
