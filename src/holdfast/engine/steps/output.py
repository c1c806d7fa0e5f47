"""From what a process prints to what is kept of it, live."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from holdfast.engine.commands import LineReader
from holdfast.ports import Ended, StepProcess

_FIRST, _LONGEST = 0.005, 0.2
_LAST = 50
_LONGEST_LAST = 4000
"""Bytes that are remembered of one of the last lines: they go into the ledger."""
_LONG = 1 << 20
"""Bytes of a line that is no command any more, and is not held until it ends."""


Redact = Callable[[str], str]
Redactor = Callable[[Iterable[str]], Redact]
"""Makes of some values what puts ``***`` in their place, in every form of them."""


def _as_it_is(_values: Iterable[str]) -> Redact:
    return str


class Pages(Protocol):
    """Where what a step printed is kept."""

    def length(self, key: str, /) -> int:
        """How many bytes of an attempt are kept."""
        ...

    def keep(self, key: str, offset: int, text: bytes, /) -> None:
        """Keep a piece of an attempt's output from a place on; twice is harmless."""
        ...


@dataclass(slots=True)
class Printed:
    """
    One attempt's output on its way to the pages.

    The same output gives the same pages: who attaches again reads from the start and
    keeps what is not kept yet.
    """

    key: str
    pages: Pages
    redactor: Redactor = _as_it_is
    reader: LineReader = field(default_factory=LineReader)
    last: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    """Values that may not be shown: secrets of the job, and what its steps masked."""
    _rest: bytes = b""
    _is_long: bool = False
    """Whether what comes is the rest of a line that is too long, and kept already."""
    _at: int = 0
    _kept: int = -1

    def feed(self, piece: bytes) -> None:
        """Take the next piece of what was printed."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if whole:
            self._keep(b"".join(self._whole(line + b"\n") for line in whole))
            self._remember(whole)
        if self._is_long or len(self._rest) > _LONG:
            self._keep(self._rest)
            self._rest, self._is_long = b"", True

    def finish(self) -> None:
        """The last line, when nothing ended it."""
        if self._rest:
            self._keep(self._whole(self._rest))
            self._remember([self._rest])
        self._rest = b""
        self.reader.resume()

    def begin_part(self) -> None:
        """What comes is of another step: what it says by its lines is its own."""
        self.reader = LineReader()

    def say(self, text: str) -> None:
        """Add a line of Holdfast's own, without what may not be shown."""
        self.feed(self.redactor(self.hidden)(text).encode() + b"\n")

    def _whole(self, line: bytes) -> bytes:
        """What is shown of a line that has ended, or of the last part of a long one."""
        is_long, self._is_long = self._is_long or len(line) > _LONG, False
        return line if is_long else self._shown(line)

    def _shown(self, line: bytes) -> bytes:
        if b"::" not in line and not self.reader.is_stopped:
            return line
        said = list(
            self.reader.feed(line.decode("utf-8", "replace").rstrip("\n") + "\n")
        )
        return b"" if any(one.kind == "none" for one in said) else line

    def _remember(self, lines: list[bytes]) -> None:
        texts = [
            line[:_LONGEST_LAST].decode("utf-8", "replace") for line in lines[-_LAST:]
        ]
        self.last = [*self.last, *texts][-_LAST:]

    def _keep(self, text: bytes) -> None:
        if self._kept < 0:
            self._kept = self.pages.length(self.key)
        start, self._at = self._at, self._at + len(text)
        fresh = text[max(0, self._kept - start) :]
        if fresh:
            self.pages.keep(self.key, max(start, self._kept), fresh)


def follow(
    process: StepProcess, printed: Printed, stopping: Callable[[], str]
) -> tuple[Ended, str]:
    """
    Keep what a process prints until it has ended; its end, and why it was cancelled.

    When ``stopping`` says so it is cancelled, and its end is still waited for.
    """
    offset, pause, why = 0, _FIRST, ""
    while True:
        ended = process.wait(pause)
        while piece := process.output(offset):
            offset += len(piece)
            printed.feed(piece)
            pause = _FIRST
        if ended is not None:
            printed.finish()
            return ended, why
        pause = min(pause * 2, _LONGEST)
        if not why and (why := stopping()):
            process.cancel()
