"""Moments as columns keep them: UTC, without a zone."""

from datetime import UTC, datetime


def naive(moment: datetime) -> datetime:
    """A moment as it is written."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    """A moment as it is used."""
    return moment.replace(tzinfo=UTC)
