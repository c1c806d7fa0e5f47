"""What carries a message to those it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from holdfast.ports.outbox import Letter


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came of one attempt.

    ``said`` are words of whoever answered, without any secret. ``final``: asking again
    would be answered the same. ``after``: not again before so many seconds.
    """

    taken: bool
    said: str = ""
    final: bool = False
    after: int = 0


class Sender(Protocol):
    """One channel or subscriber."""

    @property
    def gathers(self) -> bool:
        """Whether several letters go out as one."""
        ...

    def send(self, letters: Sequence[Letter], now: datetime, /) -> Answer:
        """
        Hand letters over, all at once; one where nothing is gathered.

        Never raises for what the other side does. Raises ``HoldfastError`` when a secret
        cannot be had.
        """
        ...
