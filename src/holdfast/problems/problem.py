"""A problem is a value a person can act on; the error only carries problems upward."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """Whether the flow may go on; a note is only good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """The graver, the greater."""
        return (Severity.NOTE, Severity.WARNING, Severity.ERROR).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a declaration something was written; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """
    What went wrong, to what, and what to do next.

    ``code`` is ``stage.what`` and has a heading in docs/reference/problems.md.
    ``summary`` says what is wrong (72 characters at most, no full stop);
    ``detail`` what was seen against what was wanted, and whether anything was changed;
    ``next_step`` is one thing to type or to write.
    """

    code: str
    summary: str
    detail: str = ""
    next_step: str = ""
    place: Place | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code}: {self.summary}"


class HoldfastError(Exception):
    """Problems on their way up through code that does not know them."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
