"""Cron expressions as people write them, made plain for the library that reads them."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from holdfast.problems import Problem

NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_RANGES = ((0, 59), (0, 59), (0, 23), (1, 28), (1, 12), (0, 6))
"""What ``H`` is chosen from: days that every month has, each weekday once."""
_WITHOUT_SECONDS, _WITH_SECONDS = 5, 6
_LONGEST = 200
_HASH = re.compile(
    r"H(?:\(([0-9]{1,2})-([0-9]{1,2})\))?(?:/([0-9]{1,2}))?", re.IGNORECASE
)
_UP_TO_SUNDAY = re.compile(r"-SUN\b", re.IGNORECASE)
_SOME_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - only to see whether any day fits


@dataclass(frozen=True, slots=True)
class Cron:
    """
    When something is due.

    ``text`` is as written, ``plain`` without nicknames and ``H``. ``fixed``: at certain
    times of the day, not every so many minutes or hours; these two sorts differ on the
    days a clock is changed.
    """

    text: str
    plain: str
    zone: str

    @property
    def fixed(self) -> bool:
        """Whether neither the minutes nor the hours begin with a star."""
        minute, hour = self.plain.split()[-_WITHOUT_SECONDS:][:2]
        return not minute.startswith("*") and not hour.startswith("*")


def parse_cron(text: str, zone: str = "UTC", name: str = "") -> Cron | Problem:
    """
    Read minute, hour, day, month and weekday; a sixth field in front holds seconds.

    Each is ``*``, a number, ``a-b``, ``a,b``, ``/n``; months and weekdays have names, 0
    and 7 are Sunday, ``L`` is the last day, ``5L`` the last Friday, ``1#2`` the second
    Monday. ``H``, ``H/n`` and ``H(a-b)/n`` stand for numbers that ``name`` decides, so that
    not everything starts at the same time. ``zone`` is an IANA name.
    """
    if not _is_zone(zone):
        return _unknown_zone(text, zone)
    fields = NICKNAMES.get(text.strip().lower(), text).split()
    if text.strip().startswith("@") and text.strip().lower() not in NICKNAMES:
        return _unreadable(text, f"known are {', '.join(NICKNAMES)}")
    if len(fields) not in (_WITHOUT_SECONDS, _WITH_SECONDS) or len(text) > _LONGEST:
        return _unreadable(text, f"it has {len(fields)} fields; 5 or 6 are wanted")
    fields[-1] = _UP_TO_SUNDAY.sub("-7", fields[-1])
    try:
        first = _WITH_SECONDS - len(fields)
        plain = " ".join(
            _spread(field, first + number, name) for number, field in enumerate(fields)
        )
        if next(CronSim(plain, _SOME_DAY), None) is None:
            return _unreadable(text, "no day is like that")
    except CronSimError as error:
        return _unreadable(text, _said(str(error)))
    return Cron(text, plain, zone)


def _spread(field: str, number: int, name: str) -> str:
    """One field without ``H``; raises ``CronSimError``."""
    return ",".join(_hashed(part, number, name) for part in field.split(","))


def _hashed(part: str, number: int, name: str) -> str:
    found = _HASH.fullmatch(part)
    if not found:
        return part
    low, high = _RANGES[number]
    first, last, step = (int(word) if word else None for word in found.groups())
    if first is not None and last is not None:
        if not low <= first <= last <= high:
            raise CronSimError(f"`{part}` is not within {low}-{high}")
        low, high = first, last
    size = high - low + 1
    if step is not None and not 1 <= step <= size:
        raise CronSimError(f"`{part}` has a step that is not within 1-{size}")
    start = low + _number(f"{number}\x00{name}") % (step or size)
    if step is None:
        return str(start)
    return ",".join(map(str, range(start, high + 1, step)))


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return bool(name)


def _said(error: str) -> str:
    """The library says `Bad hour`; its field is what helps."""
    return error.replace("Bad ", "this does not fit the field ")


def _unreadable(text: str, why: str) -> Problem:
    return Problem(
        code="schedule.cron-unreadable",
        summary="A schedule cannot be read",
        detail=f"`{text[:_LONGEST]}`: {why}. Nothing was started.",
        next_step="Write minute hour day month weekday, like: 30 4 * * MON-FRI",
    )


def _unknown_zone(text: str, zone: str) -> Problem:
    return Problem(
        code="schedule.zone-unknown",
        summary=f"There is no time zone `{zone[:40]}`",
        detail=f"Of the schedule `{text[:_LONGEST]}`. Nothing was started.",
        next_step="Write an IANA name like Europe/Berlin or UTC.",
    )
