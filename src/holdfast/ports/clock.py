"""Time, so that a test can stop it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Let that much time pass."""
        ...
