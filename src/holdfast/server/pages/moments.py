"""Moments as people read them: how long ago, with the exact one behind it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from holdfast.ports import Clock

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_JUST, _LATELY, _HOUR = 5, 30 * 86400, 60


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes moments; every one carries its exact time in UTC for who points at it."""

    clock: Clock

    def ago(self, moment: datetime | str | None) -> Markup:
        """How long ago it was, or until it will be; the date of what is far away."""
        if not moment:
            return Markup("")
        then = _read(moment)
        told = distance((self.clock.now() - then).total_seconds())
        return _time(then, told or f"{then:%Y-%m-%d}", "ago" if told else "")

    def exact(self, moment: datetime | str | None) -> Markup:
        """The moment itself, for what people have to be in time for."""
        return (
            _time(_read(moment), f"{_read(moment):%Y-%m-%d %H:%M} UTC")
            if moment
            else Markup("")
        )

    def since(self, moment: datetime | str | None) -> Markup:
        """How long it lasts so far."""
        if not moment:
            return Markup("")
        return _time(_read(moment), lasted(moment, self.clock.now()), "since")


def distance(seconds: float) -> str:
    """So many seconds ago, or ahead when negative; empty for what is far away."""
    length = abs(seconds)
    if length >= _LATELY:
        return ""
    if length < _JUST:
        return "just now"
    size, unit = next(one for one in _UNITS if length >= one[0])
    told = f"{int(length // size)} {unit}"
    return f"{told} ago" if seconds > 0 else f"in {told}"


def lasted(since: Any, until: Any) -> str:
    """Seconds, minutes or more between two moments, written or not."""
    if not since or not until:
        return ""
    seconds = (_read(until) - _read(since)).total_seconds()
    minutes, rest = divmod(int(seconds), 60)
    if minutes >= _HOUR:
        return f"{minutes // _HOUR}h{minutes % _HOUR:02}m"
    return f"{minutes}m{rest:02}s" if minutes else f"{seconds:.1f}s"


def spent(seconds: float) -> str:
    """So much of people's time, in hours and minutes."""
    minutes = round(seconds / 60)
    if seconds and minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def zoned(moment: datetime, zone: str) -> str:
    """What a clock in a zone shows, with the day of the week."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


def _read(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def _time(moment: datetime, text: str, sort: str = "") -> Markup:
    exact = moment.astimezone(UTC)
    shown = Markup('<time class="{}" datetime="{}" title="{}">{}</time>')
    return shown.format(sort, exact.isoformat(), f"{exact:%Y-%m-%d %H:%M:%S} UTC", text)
