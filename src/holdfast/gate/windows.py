"""When something is open: days and times on the clock of one place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holdfast.problems import Problem, did_you_mean

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_MINUTES_A_DAY = 24 * 60
_DAY = re.compile(r"(?P<first>[A-Za-z]+)(?:-(?P<last>[A-Za-z]+))?")
_TIMES = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_STARTS_WITH_TIME = re.compile(r"[0-9]")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")
_HORIZON = timedelta(days=15)
_STEP = timedelta(minutes=15)
"""Every shift of a clock in the world happens on a quarter of an hour in UTC."""


@dataclass(frozen=True, slots=True)
class Span:
    """
    A stretch of the day on some weekdays (0 is Monday), in minutes since midnight.

    ``start`` is in, ``end`` is out. An ``end`` before ``start`` is on the next day.
    """

    days: frozenset[int]
    start: int
    end: int

    def holds(self, weekday: int, minute: int) -> bool:
        """Whether a moment on the clock is inside."""
        if self.start < self.end:
            return weekday in self.days and self.start <= minute < self.end
        begun = weekday in self.days and minute >= self.start
        return begun or ((weekday - 1) % 7 in self.days and minute < self.end)


@dataclass(frozen=True, slots=True)
class Window:
    """
    Open exactly when a clock on a wall in ``zone`` shows a time inside of a span.

    On the day the clock goes forward a span may be shorter or not happen, on the day it
    goes back it may happen twice. ``text`` is how it was written.
    """

    text: str
    spans: tuple[Span, ...]
    zone: str

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at an aware moment."""
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(span.holds(local.weekday(), minute) for span in self.spans)


def is_open(windows: Sequence[Window], now: datetime) -> bool:
    """Whether any window is open."""
    return any(window.is_open(now) for window in windows)


def next_opening(windows: Sequence[Window], now: datetime) -> datetime | None:
    """The first moment within 15 days, in UTC, at which one is open."""
    turns = _turns(windows, now)
    return next((turn for turn in turns if is_open(windows, turn)), None)


def next_closing(windows: Sequence[Window], now: datetime) -> datetime | None:
    """The first moment within 15 days, in UTC, at which none is open."""
    turns = _turns(windows, now)
    return next((turn for turn in turns if not is_open(windows, turn)), None)


def _turns(windows: Sequence[Window], now: datetime) -> list[datetime]:
    """Every moment at which a window could open or close, in order."""
    now = now.astimezone(UTC)
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    steps = (quarter + _STEP * number for number in range(1, _HORIZON // _STEP))
    edges = (edge for window in windows for edge in _edges(window, now))
    return sorted({turn for turn in (*steps, *edges) if turn > now})


def _edges(window: Window, now: datetime) -> Iterator[datetime]:
    """The starts and ends of spans, in UTC, both where a time comes twice."""
    zone = ZoneInfo(window.zone)
    today = now.astimezone(zone).date()
    minutes = {
        minute % _MINUTES_A_DAY
        for span in window.spans
        for minute in (span.start, span.end)
    }
    for day in range(_HORIZON.days):
        for minute in minutes:
            yield from _moments(today + timedelta(days=day), minute, zone)


def _moments(day: date, minute: int, zone: ZoneInfo) -> Iterator[datetime]:
    clock = time(*divmod(minute, 60))
    for fold in (0, 1):
        local = datetime.combine(day, clock, zone).replace(fold=fold)
        yield local.astimezone(UTC)


# --- reading -------------------------------------------------------------------------


def parse_window(text: str) -> Window | Problem:
    """
    Read ``Mon-Fri 08:00-18:00 Europe/Berlin``.

    Days are names and ranges with commas, none means every day; times are ranges with
    commas, ``24:00`` may end one, an end before its start is on the next day. Days and
    times may repeat: ``Mon-Thu 08:00-18:00 Fri 08:00-12:00 Europe/Berlin``. The zone is
    an IANA name and is always written.
    """
    words = text.split()
    if not words or not is_zone(words[-1]):
        zone = words[-1] if words else ""
        return _unreadable(text, f"`{zone}` is no time zone")
    spans: list[Span] = []
    days: frozenset[int] | None = None
    for word in words[:-1]:
        if not _STARTS_WITH_TIME.match(word):
            if days is not None:
                return _unreadable(text, f"there are no times before `{word}`")
            days = _days(word)
            if days is None:
                return _unreadable(text, f"`{word}` are no days", word)
            continue
        made = _spans(word, days if days is not None else frozenset(range(7)))
        if not made:
            return _unreadable(text, f"`{word}` are no times")
        spans += made
        days = None
    if days is not None or not spans:
        return _unreadable(text, "the times are missing")
    return Window(text, tuple(spans), words[-1])


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone that is known here."""
    if not _ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _days(word: str) -> frozenset[int] | None:
    found: set[int] = set()
    for part in word.split(","):
        match = _DAY.fullmatch(part)
        if not match:
            return None
        first = _day(match["first"])
        last = _day(match["last"] or match["first"])
        if first is None or last is None:
            return None
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return frozenset(found)


def _day(name: str) -> int | None:
    short = name[:3].title()
    full = (
        "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905 - reads as what it is
    )
    if short in DAYS and name.lower() in {short.lower(), full[DAYS.index(short)]}:
        return DAYS.index(short)
    return None


def _spans(word: str, days: frozenset[int]) -> list[Span]:
    """The spans that a list of times says, none when it cannot be read."""
    spans: list[Span] = []
    for part in word.split(","):
        match = _TIMES.fullmatch(part)
        if not match:
            return []
        hours = [int(group) for group in match.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        minutes_fit = hours[1] < 60 and hours[3] < 60  # noqa: PLR2004 - minutes
        if not minutes_fit or start >= _MINUTES_A_DAY or end > _MINUTES_A_DAY:
            return []
        if start == end:
            return []
        spans.append(Span(days, start, end))
    return spans


def _unreadable(text: str, why: str, word: str = "") -> Problem:
    hint = did_you_mean(word, DAYS) if word else ""
    return Problem(
        code="gate.window-unreadable",
        summary="A window cannot be read",
        detail=f"`{text}`: {why}. Nothing was changed.",
        next_step=hint or "Write it like: Mon-Fri 08:00-18:00 Europe/Berlin",
    )
