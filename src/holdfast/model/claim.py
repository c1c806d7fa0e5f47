"""One lease table for runs and people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """
    ``key`` (``host:web-3``) belongs to ``holder`` until a moment, for a reason.

    ``token`` is the fence: it only grows, and who writes with an older one is refused.
    """

    key: str
    holder: str
    why: str
    since: datetime
    until: datetime
    token: int
    run: str = ""
