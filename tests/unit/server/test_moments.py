"""Moments as people read them."""

from datetime import timedelta

import pytest

from fakes import NOW, StoppedClock
from holdfast.server.pages.moments import Moments, distance, lasted


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (4.9, "just now"),
        (12, "12 s ago"),
        (60, "1 min ago"),
        (3600 * 5 + 59, "5 h ago"),
        (86400 * 3, "3 d ago"),
        (-90, "in 1 min"),
        (86400 * 90, ""),
    ],
)
def test_how_long_ago(seconds: float, said: str) -> None:
    assert distance(seconds) == said


def test_the_exact_moment_stands_behind_it() -> None:
    moments = Moments(StoppedClock(NOW))
    then = NOW - timedelta(minutes=5)
    shown = moments.ago(then)
    assert ">5 min ago<" in shown
    assert f'title="{then:%Y-%m-%d %H:%M:%S} UTC"' in shown
    assert f">{then - timedelta(days=60):%Y-%m-%d}<" in moments.ago(
        then - timedelta(days=60)
    )
    assert moments.ago(None) == moments.exact("") == moments.since(None) == ""


def test_what_is_written_is_read() -> None:
    moments = Moments(StoppedClock(NOW))
    written = NOW.isoformat().replace("+00:00", "Z")
    assert moments.exact(written) == moments.exact(NOW)
    assert f">{NOW:%Y-%m-%d %H:%M} UTC<" in moments.exact(NOW)


def test_how_long_it_took() -> None:
    later = [NOW + timedelta(seconds=n) for n in (0.25, 75, 3600 * 30 + 60)]
    assert [lasted(NOW, one) for one in later] == ["0.2s", "1m15s", "30h01m"]
    assert lasted("", NOW) == ""
