"""One lease table for runs and people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """
    ``key`` (``host:web-3``) belongs to ``holder`` until a moment, for a reason.

    ``token`` is the fence: it only grows, and who writes with an older one is refused.
    What is shared has its holder in its key, so that each of them has a row.
    """

    key: str
    holder: str
    why: str
    since: datetime
    until: datetime
    token: int
    run: str = ""

    @property
    def shared(self) -> bool:
        """Whether others may have it too."""
        return self.key.endswith(_mark(self.holder))

    @property
    def what(self) -> str:
        """What is claimed, shared or not."""
        return self.key.removesuffix(_mark(self.holder))


def shared_key(what: str, holder: str) -> str:
    """The key of one of several claims on the same thing."""
    return f"{what}{_mark(holder)}"


def _mark(holder: str) -> str:
    return f"#{holder}"
