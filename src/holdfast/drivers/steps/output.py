"""What a command printed, on its way to the disk: without what has to be hidden."""

import re
import time
from io import FileIO
from pathlib import Path

from holdfast.drivers.redaction.redactor import StreamRedactor
from holdfast.drivers.steps import step_files

CHUNK = 65536
_MASK = b"::add-mask::"
_CUT = b"\n[holdfast] what comes is not kept: it is more than a step may print\n"
_GIVES = re.compile(
    rb"\s*::(?:(?:set-output|save-state) |stop-commands::|[^:]*::\s*$)", re.IGNORECASE
)
"""Lines that give values to the run, and that stop and resume such commands."""


class Output:
    """The output file, once there is any output: only what was redacted comes here."""

    def __init__(self, folder: Path, secrets: list[str], most: int) -> None:
        self._folder, self._most = folder, most
        self._secrets = list(secrets)
        self._redactor = StreamRedactor(self._secrets)
        self._file: FileIO | None = None
        self._size, self._lost, self._noted_size = 0, 0, 0
        self.dropped = 0
        """How many bytes were printed beyond what is kept; what they ask is done."""
        self._is_full = False
        self._said, self._noted = 0, 0.0
        self._held = b""
        self._within = False
        """Whether what comes next goes on with a line."""

    def take(self, part: bytes) -> None:
        """Hide what has to be hidden and keep the rest."""
        text = self._held + part
        whole = text.rfind(b"\n") + 1
        self._held = text[whole:] if _may_command(text[whole:]) else b""
        self._pass(text[: len(text) - len(self._held)])

    def finish(self) -> str:
        """Keep the rest; says what could not be kept."""
        self._pass(self._held, last=True)
        self._held = b""
        self._keep(self._redactor.finish())
        self._redactor = StreamRedactor(self._secrets)
        if self._size != self._said:
            self._say_moment()
        if not self._lost:
            return ""
        return f"{self._lost} bytes of its output could not be kept: the disk is full"

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _pass(self, text: bytes, *, last: bool = False) -> None:
        """Learn what it asks to hide and gives to its run, then redact it."""
        if b"::" in text:
            self._hear(text, last=last)
        self._within = bool(text) and not text.endswith(b"\n")
        if _MASK not in text:
            self._show(text)
            return
        for line in text.splitlines(keepends=True):
            before, mark, value = line.partition(_MASK)
            if mark and not before.strip():
                self._hide(value.decode(errors="surrogateescape").strip("\r\n"))
            self._show(line)

    def _show(self, text: bytes) -> None:
        """Redact it and keep it, while there is room."""
        if self._is_full:
            self.dropped += len(text)
        else:
            self._keep(self._redactor.feed(text))

    def _hear(self, text: bytes, *, last: bool) -> None:
        """Keep whole lines that give values as they are, apart from the output."""
        *lines, rest = text.split(b"\n")
        lines += [rest] if last and rest else []
        for number, line in enumerate(lines):
            if _GIVES.match(line) and not (self._within and not number):
                self._note(step_files.SAID, line.decode("utf-8", "replace"))

    def _hide(self, value: str) -> None:
        """Hide a value from now on, and let later steps know it."""
        if not value:
            return
        self._note(step_files.MASKS, value)
        if self._is_full:
            return
        self._keep(self._redactor.finish())
        self._secrets.append(value)
        self._redactor = StreamRedactor(self._secrets)

    def _note(self, name: str, text: str) -> None:
        """
        Keep a text apart from the output; of these no more than of the output.

        One that does not fit on the disk is lost, and counts as output that is.
        """
        self._noted_size += len(text)
        if self._noted_size > self._most:
            self.dropped += len(text)
            return
        try:
            step_files.add_line(self._folder, name, text)
        except OSError as error:
            if not step_files.is_full(error):
                raise
            self._lost += len(text)

    def _keep(self, part: bytes) -> None:
        """Keep what there is room for; the first time there is not enough, say so."""
        over = len(part) - max(0, self._most - self._size)
        if over <= 0:
            self._write(part)
            return
        if not self._is_full:
            self._write(part[: len(part) - over] + _CUT)
        self._is_full = True
        self.dropped += over

    def _write(self, part: bytes) -> None:
        left = memoryview(part)
        while left:
            try:
                written = self._opened().write(left)
            except OSError as error:
                if not step_files.is_full(error):
                    raise
                self._lost += len(left)
                return
            self._size += written
            left = left[written:]
        if part and time.monotonic() - self._noted > 0.1:  # noqa: PLR2004 - seconds
            self._say_moment()

    def _opened(self) -> FileIO:
        if self._file is None:
            self._file = (self._folder / step_files.OUTPUT).open("ab", buffering=0)
        return self._file

    def _say_moment(self) -> None:
        self._said, self._noted = self._size, time.monotonic()
        step_files.add_moment(self._folder, self._size)


def _may_command(line: bytes) -> bool:
    """Whether an unfinished line may become a command."""
    return line.lstrip()[:2] in (b":", b"::") and len(line) < CHUNK
