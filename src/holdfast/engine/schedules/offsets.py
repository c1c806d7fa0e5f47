"""Stretches of time in which a zone's clock runs evenly."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_LAST_YEAR = 9990


def ahead(zone: str, after: datetime) -> Iterator[tuple[datetime, timedelta, datetime]]:
    """
    From a moment on: the begin of each stretch, its offset from UTC, and its end.

    The end is not part of it. The first stretch begins at the moment itself; it ends where
    the year does when no clock is changed before.
    """
    begin = after.astimezone(UTC)
    while begin.year < _LAST_YEAR:
        turns = (*_shifts(zone, begin.year), datetime(begin.year + 1, 1, 1, tzinfo=UTC))
        end = next(turn for turn in turns if turn > begin)
        yield begin, _offset(zone, begin), end
        begin = end


def back(zone: str, until: datetime) -> Iterator[tuple[datetime, timedelta, datetime]]:
    """The same backward; the first stretch ends after the moment, a second later."""
    end = until.astimezone(UTC).replace(microsecond=0) + _SECOND
    while end.year > 1:
        last = end - _SECOND
        turns = (datetime(last.year, 1, 1, tzinfo=UTC), *_shifts(zone, last.year))
        begin = max(turn for turn in turns if turn < end)
        yield begin, _offset(zone, begin), end
        end = begin


@lru_cache(maxsize=1024)
def _shifts(zone: str, year: int) -> tuple[datetime, ...]:
    """The moments of a year at which a clock is changed; at most one a day."""
    day = datetime(year, 1, 1, tzinfo=UTC)
    found = []
    while day.year == year:
        if _offset(zone, day) != _offset(zone, day + _DAY):
            found.append(_shift(zone, day, day + _DAY))
        day += _DAY
    return tuple(found)


def _shift(zone: str, early: datetime, late: datetime) -> datetime:
    """The first second between two moments at which the later offset holds."""
    before = _offset(zone, early)
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if _offset(zone, middle) == before:
            early = middle
        else:
            late = middle
    return late


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
