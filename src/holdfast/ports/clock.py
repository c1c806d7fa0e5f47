"""Time, so that a test can stop it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        ...

    def steady(self) -> float:
        """Seconds that pass while nobody can set them; from which moment on is open."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Let that much time pass."""
        ...
