"""Moments as columns keep them: UTC, without a zone; where there is none, nothing."""

from datetime import UTC, datetime
from typing import overload


@overload
def naive(moment: datetime) -> datetime: ...
@overload
def naive(moment: datetime | None) -> datetime | None: ...
def naive(moment: datetime | None) -> datetime | None:
    """A moment as it is written."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


@overload
def aware(moment: datetime) -> datetime: ...
@overload
def aware(moment: datetime | None) -> datetime | None: ...
def aware(moment: datetime | None) -> datetime | None:
    """A moment as it is used."""
    return None if moment is None else moment.replace(tzinfo=UTC)
