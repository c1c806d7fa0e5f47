"""The machine's own time."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Tells UTC and really waits."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since the machine started, asleep or not."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def sleep(self, seconds: float, /) -> None:
        """Let that much time pass."""
        time.sleep(seconds)
