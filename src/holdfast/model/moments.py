"""Moments in words. All of them are UTC; those of the ledger are texts already."""

from datetime import UTC, datetime


def to_minute(at: datetime) -> str:
    """For people: ``2026-11-01 18:00 UTC``."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def to_second(at: datetime | str) -> str:
    """For people: ``2026-11-01 18:00:05 UTC``; also of a moment of the ledger."""
    if isinstance(at, str):
        return f"{at[:19].replace('T', ' ')} UTC"
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def stamp(at: datetime) -> str:
    """For programs, and where moments stand in columns: ``2026-11-01T18:00:05Z``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
