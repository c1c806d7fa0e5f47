"""
Read a step's output and say which of its lines are problems: a process of its own.

Patterns are the job's, and lines are anybody's: one that would take for ever is stopped by
an alarm, which reaches the middle of a match only in a main thread. Needs the standard
library only.
"""

import json
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO

from holdfast.drivers.matching.matcher import (
    LEVELS,
    Found,
    Matcher,
    matcher,
    matchers_in,
)

PATIENCE = 1.0
"""Seconds for one line and one matcher."""

LONGEST_LINE, LONGEST_FILE, MOST = 4096, 65_536, 100
"""Characters of a line that are looked at, bytes of a file, problems of one step."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]?")
_COMMAND = re.compile(r"\s*::(add-matcher|remove-matcher|stop-commands)(.*?)::(.*)")
_OWNER = re.compile(r"(?:^|[ ,])owner=([^,]+)")


class _TooLongError(Exception):
    """A match took longer than it may."""


@dataclass(slots=True)
class Reader:
    """Follows matchers over lines; ``told`` are those at work, as plain data."""

    workspace: Path
    told: dict[str, Mapping[str, Any]]
    problems: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    changed: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    """Matchers that were added, and ``None`` for those that were removed."""
    dropped: int = 0
    _at_work: dict[str, Matcher] = field(default_factory=dict)
    _stopped: str = ""

    def __post_init__(self) -> None:
        for owner, one in self.told.items():
            with suppress(ValueError):
                self._at_work[owner] = matcher(one)

    def read(self, line: str) -> None:
        """Take one line."""
        if not self._obeys(line):
            line = _COLOUR.sub("", line[:LONGEST_LINE])
            for one in list(self._at_work.values()):
                found = self._fed(one, line)
                if found is not None:
                    self._keep(one, found)

    def _obeys(self, line: str) -> bool:
        """Whether a line is a command about matchers, or stops or resumes commands."""
        if self._stopped:
            if line.strip() == f"::{self._stopped}::":
                self._stopped = ""
                return True
            return False
        command = _COMMAND.fullmatch(line) if "::" in line else None
        if command is None:
            return False
        name, given, text = command.groups()
        if name == "stop-commands":
            self._stopped = text
        elif name == "add-matcher":
            self._add(text.strip())
        else:
            self._remove(given, text.strip())
        return True

    def _add(self, name: str) -> None:
        try:
            found = matchers_in(self._text(name))
        except (ValueError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            self.said.append(f"the problem matcher {name} is not used: {why}")
            return
        for owner, one in found.items():
            self._at_work[owner] = matcher(one)
            self.changed[owner] = one

    def _remove(self, given: str, name: str) -> None:
        owner = _OWNER.search(given.strip())
        owners = [owner[1]] if owner else []
        if not owners and name:
            with suppress(ValueError, OSError):
                owners = list(matchers_in(self._text(name)))
        for one in owners:
            self._at_work.pop(one, None)
            self.changed[one] = None

    def _text(self, name: str) -> str:
        """A file's text; raises ``OSError``, and ``ValueError`` for what is none."""
        handle = os.open(self.workspace / name, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not S_ISREG(os.fstat(handle).st_mode):
                message = "it is no file"
                raise ValueError(message)
            content = file.read(LONGEST_FILE + 1)
        if len(content) > LONGEST_FILE:
            message = f"it has more than {LONGEST_FILE} bytes"
            raise ValueError(message)
        return content.decode("utf-8-sig", "replace")

    def _fed(self, one: Matcher, line: str) -> Found | None:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            found = one.feed(line)
        except _TooLongError:
            found = None
            self._at_work.pop(one.owner, None)
            self.changed[one.owner] = None
            self.said.append(
                f"the problem matcher `{one.owner}` is not used any more: one line took "
                f"it longer than {PATIENCE:g} s"
            )
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return found

    def _keep(self, one: Matcher, found: Found) -> None:
        level = (found.get("severity") or one.severity).lower()
        if level not in LEVELS or not found.get("message"):
            return
        if len(self.problems) >= MOST:
            self.dropped += 1
            return
        number = found.get("line", "")
        made = {
            "level": level,
            "text": found["message"],
            "file": self._file(found),
            "line": int(number) if number.isascii() and number.isdigit() else 0,
            "title": found.get("code", ""),
        }
        self.problems.append({key: value for key, value in made.items() if value})

    def _file(self, found: Found) -> str:
        """The file of a problem, from the workspace where it is below it."""
        name = found.get("file", "").strip()
        if not name:
            return ""
        beside = os.path.dirname(found.get("fromPath", "").strip())  # noqa: PTH120 - text
        path = os.path.normpath(self.workspace / beside / name)
        below = f"{self.workspace}{os.sep}"
        return path.removeprefix(below)


def main() -> None:
    """Standard input: a line of JSON, then the output; standard output: JSON."""
    signal.signal(signal.SIGALRM, _too_long)
    source = sys.stdin.buffer
    told = json.loads(source.readline())
    reader = Reader(Path(told["workspace"]), told["matchers"])
    for line in _lines(source):
        reader.read(line)
    if reader.dropped:
        reader.said.append(
            f"problem matchers found {reader.dropped} problems more than the {MOST} kept"
        )
    answer = {
        "problems": reader.problems,
        "matchers": reader.changed,
        "said": reader.said,
    }
    sys.stdout.write(json.dumps(answer))


def _lines(source: BinaryIO) -> Iterator[str]:
    """Each line, of one without an end no more than is looked at."""
    within = False
    while line := source.readline(LONGEST_LINE * 4):
        ended = line.endswith(b"\n")
        if not within:
            yield line.rstrip(b"\r\n").decode("utf-8", "replace")
        within = not ended


def _too_long(*_: object) -> None:
    raise _TooLongError


if __name__ == "__main__":
    main()
