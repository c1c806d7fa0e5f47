"""
When schedules are due, also on the days a clock is changed.

The rule is Debian's cron's. Something due at certain times of the day runs once: right
after the gap when its time is skipped, the first time when its time comes twice.
Something due every so many minutes or hours goes by real time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

from holdfast.declare import Cron
from holdfast.engine.schedules.offsets import ahead, back

MOST = 1000
"""So many missed moments of one schedule are told at most: the newest."""

_SECOND = timedelta(seconds=1)
_MORE_THAN_ANY_SHIFT = timedelta(hours=25)


def next_times(cron: Cron, after: datetime, count: int) -> tuple[datetime, ...]:
    """The first moments after an aware one, in UTC; fewer when no more are to come."""
    return tuple(islice(_forward(cron, after), count))


def due(
    cron: Cron, last_considered: datetime, now: datetime, most: int = MOST
) -> tuple[datetime, ...]:
    """The moments after one up to another, in UTC, oldest first; the newest ``most``."""
    newest = _backward(cron, now)
    found = []
    for moment in islice(newest, most):
        if moment <= last_considered:
            break
        found.append(moment)
    return tuple(reversed(found))


def _forward(cron: Cron, after: datetime) -> Iterator[datetime]:
    return _fixed_forward(cron, after) if cron.fixed else _even_forward(cron, after)


def _backward(cron: Cron, until: datetime) -> Iterator[datetime]:
    """The moments up to one, newest first."""
    return _fixed_backward(cron, until) if cron.fixed else _even_backward(cron, until)


def _even_forward(cron: Cron, after: datetime) -> Iterator[datetime]:
    """Every moment at which a clock shows a time that fits, after one."""
    first = True
    for begin, offset, end in ahead(cron.zone, after):
        shown = (begin + offset).replace(tzinfo=None)
        for wall in CronSim(cron.plain, shown if first else shown - _SECOND):
            moment = (wall - offset).replace(tzinfo=UTC)
            if moment >= end:
                break
            yield moment
        first = False


def _even_backward(cron: Cron, until: datetime) -> Iterator[datetime]:
    """The same up to one, newest first."""
    for begin, offset, end in back(cron.zone, until):
        shown = (end + offset).replace(tzinfo=None)
        for wall in CronSim(cron.plain, shown, reverse=True):
            moment = (wall - offset).replace(tzinfo=UTC)
            if moment < begin:
                break
            yield moment


def _fixed_forward(cron: Cron, after: datetime) -> Iterator[datetime]:
    """Each time of a day once, after a moment."""
    zone, last = ZoneInfo(cron.zone), after.astimezone(UTC)
    for wall in CronSim(cron.plain, _wall(after.astimezone(zone))):
        moment = _of_wall(wall, zone)
        if moment > last:
            yield (last := moment)


def _fixed_backward(cron: Cron, until: datetime) -> Iterator[datetime]:
    """The same up to a moment, newest first."""
    zone = ZoneInfo(cron.zone)
    last = until.astimezone(UTC).replace(microsecond=0) + _SECOND
    shown = last.astimezone(zone)
    begin = _wall(shown) + (_MORE_THAN_ANY_SHIFT if shown.fold else timedelta())
    for wall in CronSim(cron.plain, begin, reverse=True):
        moment = _of_wall(wall, zone)
        if moment < last:
            yield (last := moment)


def _wall(local: datetime) -> datetime:
    """What a clock on a wall shows, without a zone."""
    return local.replace(tzinfo=None, fold=0)


def _of_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment a clock on a wall shows a time first, or would have, had it been."""
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(late.astimezone(zone)) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _end_of_gap(early, late, zone)


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second between two moments at which the clock is put forward."""
    before = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        middle = max(middle, early + _SECOND)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
