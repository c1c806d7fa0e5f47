"""What comes in from outside: verified first, then read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from holdfast.model import Occurrence
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a delivery was not taken: HTTP status 400, 401 or 413, and the problem."""

    status: int
    problem: Problem


class Receive(Protocol):
    """
    Turns one request into what happened; never raises, whatever was sent.

    ``settings`` are those of one endpoint, ``secrets`` the current and the previous
    values that are still good. ``headers`` may be written in any case. ``body`` holds the
    bytes as they came, ``now`` is the aware time they came at.
    """

    def __call__(
        self,
        settings: Any,
        secrets: Sequence[str],
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
        /,
    ) -> tuple[Occurrence, ...] | Refusal:
        """Everything that happened, or why it is not believed."""
        ...
