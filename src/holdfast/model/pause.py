"""What a person keeps from starting for a while."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """``by`` whom it is paused, for what reason; ``None`` is until somebody resumes it."""

    by: str
    why: str
    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it keeps from starting what is due at a moment that is to come."""
        return self.until is None or at <= self.until
