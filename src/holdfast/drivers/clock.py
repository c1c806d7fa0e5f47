"""The machine's own time."""

import time
from datetime import datetime, timezone


class SystemClock:
    """Tells UTC and really waits."""

    def now(self) -> datetime:
        """The time in UTC, aware."""
        return datetime.now(timezone.utc)

    def sleep(self, seconds: float, /) -> None:
        """Let that much time pass."""
        time.sleep(seconds)
