"""What a person does with runbooks, whether the server is in this process or another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from holdfast.ports.runs import RunRow

_DAY = 86400

Kind = Literal["manual", "sh", "gate", "uses"]


@dataclass(frozen=True, slots=True)
class Proof:
    """
    The last run of a runbook that succeeded.

    ``same`` says whether the runbook is still as it was then.
    """

    run: str
    at: datetime
    by: str
    age: float = 0.0
    """Seconds since then."""
    environment: str = ""
    same: bool = True


def days_ago(seconds: float) -> str:
    """How long ago something was, in days."""
    days = int(seconds // _DAY)
    return f"{days} day{'' if days == 1 else 's'} ago" if days else "today"


@dataclass(frozen=True, slots=True)
class BlockRow:
    """
    One block of a runbook, and what the ledger knows of it.

    ``line`` is the line of the file at which its fence opens, from 0. ``median`` and
    ``total`` are seconds that people spent on it in the window, ``state`` is that of the
    newest run, empty when that did not reach it.
    """

    id: str
    name: str
    kind: Kind
    line: int
    does: str = ""
    runs: int = 0
    failed: int = 0
    hands: int = 0
    """How often a person did it in the window."""
    median: float = 0.0
    total: float = 0.0
    state: str = ""


@dataclass(frozen=True, slots=True)
class RunbookRow:
    """
    One runbook in a list.

    ``stale`` says why its last proof counts no more, empty while it does. ``next`` is the
    block that costs people the most, with its seconds in the window of ``days``.
    """

    key: str
    name: str
    file: str
    owner: str
    description: str = ""
    manual: int = 0
    automated: int = 0
    proven: Proof | None = None
    stale: str = ""
    seconds: float = 0.0
    next: str = ""
    next_seconds: float = 0.0
    days: int = 90


@dataclass(frozen=True, slots=True)
class RunbookSheet:
    """One runbook: its text with the front matter as empty lines, and its blocks."""

    row: RunbookRow
    text: str
    blocks: tuple[BlockRow, ...]
    last: RunRow | None = None
    looked_at: int = 0
    """How many runs the counts are of: all in which a step was begun."""


@dataclass(frozen=True, slots=True)
class Report:
    """
    What a person says of a manual step.

    ``text`` is what was seen, or the reason; ``fields`` are what the step asks for.
    """

    how: Literal["done", "failed", "skipped"]
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


class RunbookDesk(Protocol):
    """
    Runbooks, and the manual steps of runs; every method is one request.

    Raises ``HoldfastError`` for what does not exist, may not be done or cannot be reached.
    """

    def runbooks(self) -> Sequence[RunbookRow]:
        """Every runbook of the project, by name."""
        ...

    def runbook(self, name: str, /) -> RunbookSheet:
        """One runbook by its name, its file or its file's name."""
        ...

    def take(self, run: str, job: str, step: int, actor: str) -> None:
        """Let others see who is at a manual step."""
        ...

    def report(self, run: str, job: str, step: int, report: Report, actor: str) -> None:
        """Say what came of a manual step; its job goes on from there."""
        ...
