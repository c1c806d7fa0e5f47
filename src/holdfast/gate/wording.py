"""How the gate says things."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LONGEST = 72


def brief(text: str) -> str:
    """A summary of at most 72 characters."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names with commas, the first few and how many more there are."""
    every = list(names)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"


def counted(number: int, noun: str) -> str:
    """``1 host``, ``2 hosts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def moment(when: datetime, zone: str = "") -> str:
    """A moment with its weekday, in a zone or else in UTC."""
    local = when.astimezone(ZoneInfo(zone) if zone else UTC)
    return f"{local:%a %Y-%m-%d %H:%M} {zone or 'UTC'}"
