"""
Workflow commands: lines like ``::error file=app.js,line=1::message`` in a step's output.

The form and the escapes (``%25 %0D %0A``, in properties also ``%3A %2C``) are GitHub's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_COMMAND = re.compile(
    r"\s*::(?P<name>[A-Za-z-]+)(?: (?P<properties>.*?))?::(?P<text>.*)"
)
_WHOLE = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_IN_PROPERTY = {**_WHOLE, "%3A": ":", "%2C": ","}
_ESCAPE = re.compile("%(?:25|0D|0A|3A|2C)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One ``error``, ``warning`` or ``notice``; ``line`` is 0 when none was given."""

    level: str
    text: str
    file: str = ""
    line: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """
    One line of output as it is to be understood.

    ``kind`` is ``line``, ``group``, ``endgroup``, ``debug`` or ``none``: nothing to show.
    """

    kind: str
    text: str = ""
    annotation: Annotation | None = None


@dataclass(slots=True)
class LineReader:
    """
    Reads a step's output in pieces of any size.

    ``outputs`` and ``state`` are what the retired ``::set-output`` and ``::save-state``
    set; ``masks`` what was asked to hide; ``matchers`` the files of problem matchers.
    """

    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    masks: list[str] = field(default_factory=list)
    matchers: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    _rest: str = ""
    _stopped: str = ""

    @property
    def is_stopped(self) -> bool:
        """Whether lines are not read as commands until a word ends that."""
        return bool(self._stopped)

    def feed(self, text: str) -> Iterator[Said]:
        """Every line that is complete now."""
        *whole, self._rest = (self._rest + text).split("\n")
        for line in whole:
            yield self._read(line.removesuffix("\r"))

    def finish(self) -> Iterator[Said]:
        """The last line, when nothing ended it."""
        if self._rest:
            yield self._read(self._rest)
        self._rest = ""

    def resume(self) -> None:
        """Read lines as commands again: whoever stopped that is at its end."""
        self._stopped = ""

    def _read(self, line: str) -> Said:
        if self._stopped:
            if line.strip() == f"::{self._stopped}::":
                self._stopped = ""
                return Said("none")
            return Said("line", line)
        found = _COMMAND.fullmatch(line)
        if not found:
            return Said("line", line)
        name, text = found["name"].lower(), _plain(found["text"], _WHOLE)
        return self._obey(name, _properties(found["properties"] or ""), text, line)

    def _obey(  # noqa: PLR0911 - one a command
        self, name: str, given: Mapping[str, str], text: str, line: str
    ) -> Said:
        match name:
            case "error" | "warning" | "notice":
                made = _annotation(name, given, text)
                self.annotations.append(made)
                return Said("line", text, made)
            case "group" | "endgroup" | "debug":
                return Said(name, text)
            case "add-mask":
                self.masks.append(text)
                return Said("none")
            case "stop-commands":
                self._stopped = text
                return Said("none")
            case "set-output":
                self.outputs[given.get("name", "")] = text
                return Said("none")
            case "save-state":
                self.state[given.get("name", "")] = text
                return Said("none")
            case "set-env" | "add-path":
                made = Annotation("error", _DISABLED[name])
                self.annotations.append(made)
                return Said("line", line, made)
            case "add-matcher":
                self.matchers.append(text)
                return Said("none")
            case "remove-matcher" | "echo":
                return Said("none")
            case _:
                return Said("line", line)


_DISABLED = {
    "set-env": "`set-env` is disabled, as on GitHub: write to $GITHUB_ENV instead",
    "add-path": "`add-path` is disabled, as on GitHub: write to $GITHUB_PATH instead",
}


def _annotation(level: str, given: Mapping[str, str], text: str) -> Annotation:
    line = given.get("line", "")
    return Annotation(
        level=level,
        text=text,
        file=given.get("file", ""),
        line=int(line) if line.isascii() and line.isdigit() else 0,
        title=given.get("title", ""),
    )


def _properties(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {
        name.strip().lower(): _plain(value, _IN_PROPERTY)
        for name, equals, value in pairs
        if equals
    }


def _plain(text: str, escapes: Mapping[str, str]) -> str:
    return _ESCAPE.sub(lambda found: escapes.get(found[0].upper(), found[0]), text)
