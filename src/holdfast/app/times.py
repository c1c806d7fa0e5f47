"""Times as people write them: how long, since when, until when."""

from datetime import UTC, datetime, timedelta

from holdfast.declare import seconds_of
from holdfast.problems import HoldfastError, Problem


def seconds_in(duration: str) -> int:
    """Seconds of ``30m``; raises ``HoldfastError`` for what is no duration."""
    try:
        return seconds_of(duration)
    except ValueError as error:
        raise HoldfastError(_no_duration(duration, error)) from error


def moment_of(written: str, now: datetime) -> datetime:
    """``7d`` before a moment, or a date; raises ``HoldfastError``."""
    return _moment(written, now, -1)


def moment_ahead(written: str, now: datetime) -> datetime:
    """``2h`` after a moment, or a date; raises ``HoldfastError``."""
    return _moment(written, now, 1)


def _moment(written: str, now: datetime, way: int) -> datetime:
    try:
        return now + way * timedelta(seconds=seconds_of(written))
    except (ValueError, OverflowError):
        pass
    try:
        then = datetime.fromisoformat(written)
    except ValueError as error:
        raise HoldfastError(_no_moment(written)) from error
    return then if then.tzinfo else then.replace(tzinfo=UTC)


def _no_duration(written: str, error: ValueError) -> Problem:
    return Problem(
        code="app.no-duration",
        summary=f"`{written}` is no duration",
        detail=f"{error}. Nothing was changed.",
        next_step="Write how long as 30m, 2h or 7d.",
    )


def _no_moment(written: str) -> Problem:
    return Problem(
        code="app.no-moment",
        summary=f"`{written}` is no moment",
        detail="A moment is a date, or how far away it is. Nothing was done.",
        next_step="Write it like 2026-11-01, 2026-11-01T18:00Z, 30m or 7d.",
    )
