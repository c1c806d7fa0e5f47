"""When a window is open, also on the two days on which clocks jump."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import Window, next_closing, next_opening, parse_window
from holdfast.problems import Problem


def window(text: str) -> Window:
    read = parse_window(text)
    assert isinstance(read, Window), read
    return read


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_office_hours_are_read_in_their_own_zone() -> None:
    office = window("Mon-Fri 08:00-18:00 Europe/Berlin")
    assert office.is_open(utc("2026-11-23T07:00"))
    assert not office.is_open(utc("2026-11-23T06:59:59"))
    assert office.is_open(utc("2026-11-23T16:59:59"))
    assert not office.is_open(utc("2026-11-23T17:00"))
    assert not office.is_open(utc("2026-11-22T12:00")), "a Sunday"


def test_summer_time_moves_the_window_in_utc() -> None:
    office = window("Mon-Fri 08:00-18:00 Europe/Berlin")
    assert office.is_open(utc("2026-07-01T06:00"))
    assert not office.is_open(utc("2026-07-01T16:00"))


def test_days_can_be_lists_and_ranges_and_repeat_with_other_times() -> None:
    text = "Mon-Wed,Fri 08:00-12:00,13:00-18:00 Sat 10:00-12:00 UTC"
    hours = {
        "2026-11-23T09:00": True,
        "2026-11-23T12:30": False,
        "2026-11-23T13:00": True,
        "2026-11-26T09:00": False,
        "2026-11-27T09:00": True,
        "2026-11-28T09:00": False,
        "2026-11-28T11:00": True,
    }
    for moment, is_open in hours.items():
        assert window(text).is_open(utc(moment)) is is_open, moment


def test_a_range_of_days_may_go_over_the_weekend() -> None:
    over = window("Sat-Mon 00:00-24:00 UTC")
    assert over.is_open(utc("2026-11-23T23:59"))
    assert not over.is_open(utc("2026-11-24T00:00"))


def test_no_days_are_all_days() -> None:
    assert window("00:00-24:00 UTC").is_open(utc("2026-11-22T23:59:59"))


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    night = window("Fri 22:00-06:00 Europe/Berlin")
    assert night.is_open(utc("2026-11-27T21:00"))
    assert night.is_open(utc("2026-11-28T04:59"))
    assert not night.is_open(utc("2026-11-28T05:00"))
    assert not night.is_open(utc("2026-11-27T04:00")), "the night to Friday"


def test_the_hour_that_is_skipped_in_spring_does_not_open() -> None:
    skipped = window("Sun 02:15-02:45 Europe/Berlin")
    night = [utc("2026-03-29T00:00") + timedelta(minutes=m) for m in range(180)]
    assert not any(skipped.is_open(moment) for moment in night)
    opening = next_opening([skipped], utc("2026-03-29T00:00"))
    assert opening == utc("2026-04-05T00:15"), "a week later, in summer time"


def test_a_start_in_the_skipped_hour_opens_when_the_clock_has_jumped() -> None:
    early = window("Sun 02:30-04:00 Europe/Berlin")
    assert next_opening([early], utc("2026-03-28T20:00")) == utc("2026-03-29T01:00")
    assert next_closing([early], utc("2026-03-29T01:00")) == utc("2026-03-29T02:00")


def test_the_hour_that_comes_twice_in_autumn_opens_twice() -> None:
    twice = window("Sun 02:10-02:50 Europe/Berlin")
    opened = next_opening([twice], utc("2026-10-24T20:00"))
    assert opened == utc("2026-10-25T00:10")
    closed = next_closing([twice], opened)
    assert closed == utc("2026-10-25T00:50")
    again = next_opening([twice], closed)
    assert again == utc("2026-10-25T01:10")
    assert next_closing([twice], again) == utc("2026-10-25T01:50")


def test_the_next_opening_after_friday_evening_is_monday_morning() -> None:
    office = window("Mon-Fri 08:00-18:00 Europe/Berlin")
    assert next_opening([office], utc("2026-11-27T17:00")) == utc("2026-11-30T07:00")
    night = window("Sat 23:07-01:00 America/New_York")
    both = next_opening([office, night], utc("2026-11-27T17:00"))
    assert both == utc("2026-11-29T04:07")


def test_what_is_always_open_never_closes() -> None:
    assert next_closing([window("00:00-24:00 UTC")], utc("2026-11-27T17:00")) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no time zone"),
        ("Mon-Fri 08:00-18:00", "no time zone"),
        ("Mon-Fri 08:00-18:00 Europe/Berln", "no time zone"),
        ("Mon-Fri 08:00-18:00 ../../etc/passwd", "no time zone"),
        ("Mon-Fri 08:00-18:00 Europe", "no time zone"),
        ("Mno-Fri 08:00-18:00 UTC", "`Mno-Fri` are no days"),
        ("Monster 08:00-18:00 UTC", "are no days"),
        ("Mon- 08:00-18:00 UTC", "are no days"),
        ("Mon 8-18 UTC", "are no times"),
        ("Mon 08:00-25:00 UTC", "are no times"),
        ("Mon 08:60-09:00 UTC", "are no times"),
        ("Mon 24:00-09:00 UTC", "are no times"),
        ("Mon 08:00-08:00 UTC", "are no times"),
        ("Mon UTC", "times are missing"),
        ("UTC", "times are missing"),
        ("Mon Tue 08:00-09:00 UTC", "no times before `Tue`"),
    ],
)
def test_a_window_that_cannot_be_read_says_why(text: str, says: str) -> None:
    problem = parse_window(text)
    assert isinstance(problem, Problem)
    assert problem.code == "gate.window-unreadable"
    assert says in problem.detail
    assert problem.next_step


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
)
minutes = st.integers(0, 1439)
moments = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: utc("2025-01-01T00:00") + timedelta(minutes=minutes)
)


@given(minutes, minutes, zones, moments)
def test_at_its_opening_it_is_open_and_just_before_it_was_not(
    start: int, end: int, zone: str, now: datetime
) -> None:
    if start == end:
        return
    some = window(
        f"Mon,Thu {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02} {zone}"
    )
    opening = next_opening([some], now)
    assert opening is not None
    assert opening > now
    assert some.is_open(opening)
    before = opening - timedelta(microseconds=1)
    assert before <= now or some.is_open(now) or not some.is_open(before)
    closing = next_closing([some], opening)
    assert closing is not None
    assert some.is_open(closing - timedelta(microseconds=1))
    assert not some.is_open(closing)


@given(st.text(max_size=40))
def test_any_text_is_a_window_or_a_problem(text: str) -> None:
    assert isinstance(parse_window(text), Window | Problem)
