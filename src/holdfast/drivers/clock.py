"""The machine's own time."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Tells UTC and really waits."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        return datetime.now(UTC)

    def sleep(self, seconds: float, /) -> None:
        """Let that much time pass."""
        time.sleep(seconds)
