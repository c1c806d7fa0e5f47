"""When schedules are due, also on the days a clock is changed."""

from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from examples import examples
from holdfast.declare import Cron, parse_cron
from holdfast.engine.schedules import Agenda, due, next_times
from holdfast.problems import Problem


def cron(text: str, zone: str = "UTC", name: str = "") -> Cron:
    found = parse_cron(text, zone, name)
    assert not isinstance(found, Problem), found.detail
    return found


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(found: tuple[datetime, ...]) -> list[str]:
    return [at.strftime("%m-%d %H:%M") for at in found]


BERLIN, YORK, HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"

# Berlin's clock goes from 02:00 to 03:00 and back from 03:00 to 02:00, both at 01:00 UTC.
# Lord Howe's goes by half an hour: from 02:00 to 02:30 (15:30 UTC), back to 01:30 (15:00).
CHANGES = """
30 2 * * *   Europe/Berlin 2026-03-28T12:00 2026-03-30T12:00
    03-29 01:00, 03-30 00:30
0 3 * * *    Europe/Berlin 2026-03-28T12:00 2026-03-30T12:00
    03-29 01:00, 03-30 01:00
30 1 * * *   Europe/Berlin 2026-03-28T12:00 2026-03-29T12:00
    03-29 00:30
*/30 * * * * Europe/Berlin 2026-03-29T00:15 2026-03-29T02:00
    03-29 00:30, 03-29 01:00, 03-29 01:30, 03-29 02:00
0 * * * *    Europe/Berlin 2026-03-28T23:30 2026-03-29T02:30
    03-29 00:00, 03-29 01:00, 03-29 02:00
30 2 * * *   Europe/Berlin 2026-10-24T12:00 2026-10-26T12:00
    10-25 00:30, 10-26 01:30
0 3 * * *    Europe/Berlin 2026-10-24T12:00 2026-10-25T12:00
    10-25 02:00
*/30 * * * * Europe/Berlin 2026-10-25T00:00 2026-10-25T02:00
    10-25 00:30, 10-25 01:00, 10-25 01:30, 10-25 02:00
0 * * * *    Europe/Berlin 2026-10-24T23:30 2026-10-25T02:00
    10-25 00:00, 10-25 01:00, 10-25 02:00
30 2 * * *   America/New_York 2026-03-07T12:00 2026-03-09T12:00
    03-08 07:00, 03-09 06:30
30 1 * * *   America/New_York 2026-10-31T12:00 2026-11-02T12:00
    11-01 05:30, 11-02 06:30
15 2 * * *   Australia/Lord_Howe 2026-10-03T00:00 2026-10-05T00:00
    10-03 15:30, 10-04 15:15
45 1 * * *   Australia/Lord_Howe 2026-04-03T20:00 2026-04-05T20:00
    04-04 14:45, 04-05 15:15
0 */6 * * *  Australia/Lord_Howe 2026-04-04T15:00 2026-04-05T02:00
    04-04 19:30, 04-05 01:30
0 4 * * *    UTC 2026-03-28T12:00 2026-03-30T12:00
    03-29 04:00, 03-30 04:00
"""


def changes() -> list[tuple[str, str, str, str, list[str]]]:
    """Cron, zone, after, until, and below them the moments in UTC."""
    lines = CHANGES.strip().splitlines()
    made = []
    for head, moments in zip(lines[::2], lines[1::2], strict=True):
        *fields, zone, after, until = head.split()
        made.append((" ".join(fields), zone, after, until, moments.strip().split(", ")))
    return made


@pytest.mark.parametrize(("text", "zone", "after", "until", "wanted"), changes())
def test_on_the_days_a_clock_is_changed(
    text: str, zone: str, after: str, until: str, wanted: list[str]
) -> None:
    mine, begin, end = cron(text, zone), utc(after), utc(until)
    assert times(due(mine, begin, end)) == wanted
    forward = [at for at in next_times(mine, begin, len(wanted) + 1) if at <= end]
    assert times(tuple(forward)) == wanted


@pytest.mark.parametrize(
    ("text", "after", "wanted"),
    [
        ("0 0 29 2 *", "2026-01-01T00:00", ["2028-02-29", "2032-02-29", "2036-02-29"]),
        ("0 0 29 2 *", "2096-03-01T00:00", ["2104-02-29", "2108-02-29", "2112-02-29"]),
        ("0 0 L * *", "2027-12-31T12:00", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("0 0 L 2 *", "2026-01-01T00:00", ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("0 0 * * 5L", "2026-01-01T00:00", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("0 0 * * 1#2", "2026-01-01T00:00", ["2026-01-12", "2026-02-09", "2026-03-09"]),
        ("0 0 31 * *", "2026-01-31T12:00", ["2026-03-31", "2026-05-31", "2026-07-31"]),
        (
            "0 0 13 * FRI",
            "2026-02-10T00:00",
            ["2026-02-13", "2026-02-20", "2026-02-27"],
        ),
        (
            "0 0 * * SAT-SUN",
            "2026-02-10T00:00",
            ["2026-02-14", "2026-02-15", "2026-02-21"],
        ),
        ("@yearly", "2026-01-01T00:00", ["2027-01-01", "2028-01-01", "2029-01-01"]),
        ("@weekly", "2026-02-10T00:00", ["2026-02-15", "2026-02-22", "2026-03-01"]),
    ],
)
def test_days_of_a_calendar(text: str, after: str, wanted: list[str]) -> None:
    found = next_times(cron(text), utc(after), 3)
    assert [at.strftime("%Y-%m-%d") for at in found] == wanted
    assert due(cron(text), utc(after), found[-1]) == found


def test_seconds_are_a_sixth_field_in_front() -> None:
    found = next_times(cron("*/20 0 12 * * *"), utc("2026-02-10T11:00"), 4)
    assert [at.strftime("%d %H:%M:%S") for at in found] == [
        "10 12:00:00",
        "10 12:00:20",
        "10 12:00:40",
        "11 12:00:00",
    ]


def test_of_many_missed_moments_the_newest_are_told() -> None:
    found = due(cron("* * * * *"), utc("2020-01-01T00:00"), utc("2026-01-01T00:00"), 3)
    assert times(found) == ["12-31 23:58", "12-31 23:59", "01-01 00:00"]


MINUTES = st.sampled_from(["0", "30", "15,45", "*/20", "*", "7-9"])
HOURS = st.sampled_from(["*", "2", "1-3", "*/6", "0,2,12"])
DAYS = st.sampled_from(["*", "1", "L", "28-31"])
WEEKDAYS = st.sampled_from(["*", "0", "1-5", "5L", "1#2"])
ZONES = st.sampled_from([BERLIN, YORK, HOWE, "UTC", "Asia/Kolkata"])
CRONS = st.builds(
    lambda minute, hour, day, weekday, zone: cron(
        f"{minute} {hour} {day} * {weekday}", zone
    ),
    MINUTES,
    HOURS,
    DAYS,
    WEEKDAYS,
    ZONES,
)
CHANGE_DAYS = [
    utc(day)
    for day in (
        "2026-03-29T01:00",
        "2026-10-25T01:00",
        "2026-03-08T07:00",
        "2026-11-01T06:00",
        "2026-04-04T15:00",
        "2026-10-03T15:30",
        "2028-02-29T00:00",
    )
]
MOMENTS = st.builds(
    lambda day, seconds, micro: day + timedelta(seconds=seconds, microseconds=micro),
    st.sampled_from(CHANGE_DAYS),
    st.integers(-200_000, 200_000),
    st.sampled_from([0, 0, 1, 999_999]),
)


@given(mine=CRONS, moments=st.lists(MOMENTS, min_size=3, max_size=3))
@examples(150)
def test_what_is_due_does_not_depend_on_how_often_anybody_asks(
    mine: Cron, moments: list[datetime]
) -> None:
    first, second, third = sorted(moments)
    most = 10_000
    if third - first > timedelta(days=2):
        third = max(second, first + timedelta(days=2))
        second = min(second, third)
    whole = due(mine, first, third, most)
    assert whole == due(mine, first, second, most) + due(mine, second, third, most)
    assert list(whole) == sorted(set(whole))
    assert all(first < at <= third for at in whole)


@given(mine=CRONS, after=MOMENTS)
@examples(300)
def test_what_is_told_beforehand_is_what_is_due_then(
    mine: Cron, after: datetime
) -> None:
    found = next_times(mine, after, 5)
    assert len(found) == 5
    assert due(mine, after, found[-1]) == found


@given(mine=CRONS, begin=MOMENTS, steps=st.lists(st.integers(1, 40_000), max_size=8))
@example(
    mine=cron("* * * * *", "Europe/Berlin"),
    begin=datetime(2026, 3, 29, 1, tzinfo=UTC),
    steps=[17, 20043, 40000],
)
@examples(100)
def test_an_agenda_tells_each_moment_once(
    mine: Cron, begin: datetime, steps: list[int]
) -> None:
    agenda, now, told = Agenda(), begin, list[datetime]()
    agenda.put("a", mine, begin)
    for step in steps:
        now += timedelta(seconds=step)
        told += [at for one in agenda.due(now) for at in one.moments]
    assert tuple(told) == due(mine, begin, now, most=10_000)


def test_an_agenda_forgets_what_is_dropped_or_changed() -> None:
    agenda, now = Agenda(), utc("2026-02-10T11:00")
    agenda.put("a", cron("5 * * * *"), now)
    agenda.put("b", cron("10 * * * *"), now)
    agenda.put("a", cron("20 * * * *"), now)
    assert agenda.next() == (now + timedelta(minutes=10), "b")
    agenda.drop("b")
    agenda.drop("b")
    assert agenda.next() == (now + timedelta(minutes=20), "a")
    assert agenda.due(now + timedelta(minutes=19)) == ()
    (found,) = agenda.due(now + timedelta(hours=1))
    assert (found.key, times(found.moments)) == ("a", ["02-10 11:20"])


def test_five_thousand_schedules_cost_little_while_nothing_is_due(
    record_property: Any,
) -> None:
    agenda, now = Agenda(), utc("2026-02-10T00:00")
    begun = process_time()
    for number in range(5000):
        name = f"shop/w{number}.yaml/0"
        agenda.put(name, cron("H H * * *", BERLIN, name), now)
    filled = process_time() - begun
    begun = process_time()
    idle = sum(len(agenda.due(now)) for _ in range(1000))
    asked = (process_time() - begun) / 1000
    begun = process_time()
    found = agenda.due(now + timedelta(days=1))
    told = process_time() - begun
    record_property("seconds", {"filled": filled, "asked": asked, "told": told})
    assert idle == 0
    assert sum(len(one.moments) for one in found) == 5000
    assert filled < 15
    assert asked < 0.001
    assert told < 15
