"""What a person asks about events, whether the server is in this process or another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """
    One condition, what was seen, and the conditions it is made of.

    ``missing``: the field it asks for is not there. ``seen`` comes from outside.
    """

    what: str
    truth: Literal["yes", "no", "missing"]
    seen: str = ""
    parts: tuple["ConditionRow", ...] = ()


@dataclass(frozen=True, slots=True)
class EventRow:
    """
    One occurrence that was stored, and what came of it.

    ``decisions`` has a line for each workflow that looked at it: name, verb, reason, run.
    ``conditions`` has a tree for each workflow, as it is now; only one event alone has
    ``data`` and ``conditions``.
    """

    id: str
    source: str
    type: str
    at: datetime
    action: str = ""
    subject: str = ""
    decisions: tuple[tuple[str, str, str, str], ...] = ()
    data: Mapping[str, Any] | None = None
    conditions: tuple[ConditionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a person tells as if it had come from outside."""

    type: str
    data: Mapping[str, Any]
    source: str = "manual"
    action: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a sender of a webhook is told: an HTTP status and one sentence."""

    status: int
    text: str


class EventDesk(Protocol):
    """
    What happened outside, and what came of it.

    Raises ``HoldfastError`` for what does not exist, may not be done or cannot be reached.
    """

    def events(
        self, sort: str = "", limit: int = 50, before: str = ""
    ) -> Sequence[EventRow]:
        """
        What happened outside, newest first, without the data.

        ``sort`` is a type or a source, ``before`` the id the last page ended with.
        """
        ...

    def event(self, event: str, /) -> EventRow:
        """One occurrence with its data and everything that came of it."""
        ...

    def send(self, told: Told, actor: str, key: str = "") -> EventRow:
        """
        Keep an occurrence that a person tells.

        Under a ``key`` a person tells one, however often it is sent.
        """
        ...

    def replay(self, event: str, actor: str) -> EventRow:
        """Let workflows look at an occurrence again, as they are now."""
        ...

    def receive(self, hook: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Take what was sent to one endpoint; when the status is 202 it is stored."""
        ...

    def why(self, event: str, /) -> Sequence[str]:
        """Why an event started what it did: one sentence a line."""
        ...

    def version(self) -> str:
        """A word that is another one whenever an event or a decision came; cheap."""
        ...
