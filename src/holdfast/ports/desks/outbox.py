"""What a person does with letters, whether the server is in this process or another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from holdfast.ports.outbox import OutboxSheet


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter as people see it; the body only where one is looked at."""

    id: str
    to: str
    sort: str
    what: str
    state: str
    at: datetime
    due: datetime | None = None
    attempts: int = 0
    answer: str = ""
    tried: datetime | None = None
    body: Mapping[str, Any] | None = None


class OutboxDesk(Protocol):
    """What is on its way out, and what nobody took."""

    def letters(
        self, states: Collection[str] = (), limit: int = 100, before: str = ""
    ) -> Sequence[LetterRow]:
        """Letters, newest first; ``before`` is the id the last page ended with."""
        ...

    def letter(self, letter: str, /) -> LetterRow:
        """One letter with its body; raises ``HoldfastError`` for none."""
        ...

    def retry(self, letter: str, actor: str, why: str = "", /) -> LetterRow:
        """Send a letter again, from the beginning of its schedule."""
        ...

    def drop(self, letter: str, actor: str, why: str, /) -> LetterRow:
        """Give a letter up; raises ``HoldfastError`` without a reason."""
        ...

    def sheet(self) -> OutboxSheet:
        """How the way out stands."""
        ...
