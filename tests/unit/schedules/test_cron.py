"""What people write, and what is said when it is nothing."""

from collections import Counter

import pytest

from holdfast.declare import Cron, parse_cron
from holdfast.problems import Problem


def plain(text: str, name: str = "") -> str:
    found = parse_cron(text, "UTC", name)
    assert isinstance(found, Cron), found.detail
    return found.plain


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@daily", "0 0 * * *"),
        ("@Hourly", "0 * * * *"),
        ("@midnight", "0 0 * * *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("0 4 * JAN MON-SUN", "0 4 * JAN MON-7"),
        ("  0  4 * *   * ", "0 4 * * *"),
    ],
)
def test_nicknames_and_names_are_made_plain(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 fields"),
        ("* * * *", "4 fields"),
        ("* * * * * * *", "7 fields"),
        ("@reboot", "known are"),
        ("60 * * * *", "does not fit the field"),
        ("* 24 * * *", "does not fit the field"),
        ("* * * * 8", "does not fit the field"),
        ("a * * * *", "does not fit the field"),
        ("*/0 * * * *", "does not fit the field"),
        ("0 0 31 2 *", "does not fit the field day-of-month"),
        ("0 0 31 4,6 *", "day"),
        ("H(50-70) * * * *", "not within 0-59"),
        ("H(9-3) * * * *", "not within 0-59"),
        ("H/0 * * * *", "step"),
        ("0 " * 150, "150 fields"),
    ],
)
def test_what_is_no_schedule_says_why(text: str, said: str) -> None:
    found = parse_cron(text)
    assert isinstance(found, Problem)
    assert found.code == "schedule.cron-unreadable"
    assert said in found.detail
    assert "Nothing was started" in found.detail


@pytest.mark.parametrize("zone", ["", "Europe/Berln", "../etc/passwd", "Mars/Base"])
def test_a_zone_is_one_that_is_known(zone: str) -> None:
    found = parse_cron("0 0 * * *", zone)
    assert isinstance(found, Problem)
    assert found.code == "schedule.zone-unknown"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("30 2 * * *", True),
        ("30 1,2 * * *", True),
        ("*/30 2 * * *", False),
        ("30 * * * *", False),
        ("30 */2 * * *", False),
        ("0 30 2 * * *", True),
        ("@daily", True),
        ("@hourly", False),
    ],
)
def test_certain_times_of_a_day_are_told_from_every_so_many(
    text: str, *, fixed: bool
) -> None:
    found = parse_cron(text)
    assert isinstance(found, Cron)
    assert found.fixed is fixed


def test_h_is_the_same_for_a_name_and_spread_over_many() -> None:
    assert plain("H H * * *", "a") == plain("H H * * *", "a")
    minutes = Counter(plain("H * * * *", str(n)).split()[0] for n in range(6000))
    assert len(minutes) == 60
    assert max(minutes.values()) < 160
    for number in range(200):
        minute, hour, day, month, weekday = plain(
            "H(10-20) H/6 H H H", str(number)
        ).split()
        hours = [int(one) for one in hour.split(",")]
        assert 10 <= int(minute) <= 20
        assert hours == list(range(hours[0], 24, 6))
        assert hours[0] < 6
        assert 1 <= int(day) <= 28
        assert 1 <= int(month) <= 12
        assert 0 <= int(weekday) <= 6
