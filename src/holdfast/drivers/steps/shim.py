"""
The parent of one command: keeps its output, its end, and ends it when it has to.

The worker may die, restart or be stopped; the shim goes on. It ends its command when it
is told to (``SIGTERM``), when the time is over, or when nobody holds the lease any more.
"""

import errno
import json
import os
import re
import select
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.drivers.redaction.redactor import StreamRedactor
from holdfast.drivers.steps import family, leavings

_CHUNK = 65536
_TICK = 0.5
_MASK = b"::add-mask::"
_GIVES = re.compile(
    rb"\s*::(?:(?:set-output|save-state) |stop-commands::|[^:]*::\s*$)", re.IGNORECASE
)
"""Lines that give values to the run, and that stop and resume such commands."""
_LEASE_GRACE = 1.0
STARTED, _ENDED, LEASE_OVER = b"s", b"e", b"o"


def serve(handle: int) -> None:
    """Read one task from a socket, carry it out and leave its end in the folder."""
    with socket.socket(fileno=handle) as channel:
        parts = []
        while part := channel.recv(_CHUNK):
            parts.append(part)
        task = json.loads(b"".join(parts))
        folder = Path(task["home"])
        held = leavings.lock(folder)
        if leavings.is_begun(folder) or leavings.is_void(folder):
            return
        if leavings.boot_time() > task["until"]:
            channel.send(LEASE_OVER, socket.MSG_NOSIGNAL)
            return
        leavings.reserve(folder)
        leavings.write_pid(folder)
        family.adopt()
        try:
            _Shim(task, folder, channel).run()
        finally:
            os.close(held)


@dataclass(slots=True)
class _Shim:
    task: dict[str, Any]
    folder: Path
    channel: socket.socket
    child: int = 0
    source: int = -1
    status: int | None = None
    how: str = "exited"
    why: str = ""
    began: float = field(default_factory=time.time)
    kill_at: float | None = None
    output: "_Output" = field(init=False)

    def run(self) -> None:
        wake, waker = self._signals()
        self.output = _Output(self.folder, self.task["secrets"])
        error = self._start()
        if error:
            self.how, self.why, self.status = "not-started", error, 127
        self._tell(STARTED)
        self._wait(wake)
        self._last_word()
        if not self.task["lasting"]:
            self._linger(wake)
        signal.set_wakeup_fd(-1)
        for handle in (wake, waker, self.source):
            os.close(handle)
        self.output.close()

    # --- beginning ---------------------------------------------------------------

    def _signals(self) -> tuple[int, int]:
        reading, writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        return reading, writing

    def _start(self) -> str:
        """Start the command; answers why it could not be."""
        self.source, output = os.pipe2(os.O_CLOEXEC)
        said, says = os.pipe2(os.O_CLOEXEC)
        self.child = os.fork()
        if not self.child:
            _become(self.task, output, says)
        os.close(output)
        os.close(says)
        os.set_blocking(self.source, False)
        error = os.read(said, 500).decode(errors="replace")
        os.close(said)
        return error

    # --- waiting -----------------------------------------------------------------

    def _wait(self, wake: int) -> None:
        """Until the command has ended, and everything it was told to take along."""
        poll = select.poll()
        for handle in (self.source, wake):
            poll.register(handle, select.POLLIN)
        deadline = self._deadline()
        while self.status is None or (self.kill_at is not None and self._rest()):
            ready = dict(poll.poll(self._pause(deadline)))
            if self.source in ready and not self._copy():
                poll.unregister(self.source)
            if wake in ready and signal.SIGTERM in _drained(wake):
                self._end("cancelled", float(self.task["grace"]))
            self._rest()
            self._check_time(deadline)
        while self._copy(once=True):
            pass

    def _deadline(self) -> float | None:
        limit = self.task["timeout"]
        return None if limit is None else time.monotonic() + float(limit)

    def _pause(self, deadline: float | None) -> int:
        """Milliseconds until something has to be looked at."""
        ends = [end for end in (deadline, self.kill_at) if end is not None]
        until = min([_TICK, *(end - time.monotonic() for end in ends)])
        if self.kill_at is not None and self.status is not None:
            until = 0.02
        return max(1, int(until * 1000))

    def _check_time(self, deadline: float | None) -> None:
        now = time.monotonic()
        if deadline is not None and now >= deadline:
            self._end("timed-out", float(self.task["grace"]))
        if _lease_is_over(self.folder):
            self._end("lease-lost", _LEASE_GRACE)
        if self.kill_at is not None and (
            now >= self.kill_at or self.status is not None
        ):
            family.send(family.descendants(os.getpid()), signal.SIGKILL)

    def _end(self, how: str, grace: float) -> None:
        """Ask the whole group to end; what is left after the grace is killed."""
        if self.kill_at is not None or self.status is not None:
            return
        self.how, self.kill_at = how, time.monotonic() + grace
        number = signal.Signals[f"SIG{self.task['signal']}"]
        with suppress(ProcessLookupError):
            os.killpg(self.child, number)

    def _rest(self) -> bool:
        """Whether anything that came from the command is left; all of it is a child."""
        try:
            self._reap()
        except ChildProcessError:
            return False
        return True

    def _reap(self) -> None:
        """Bury what has ended; raises ``ChildProcessError`` when nothing is left."""
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if pid == self.child and self.status is None:
                code = os.waitstatus_to_exitcode(status)
                self.status = 128 - code if code < 0 else code

    def _copy(self, *, once: bool = False) -> bool:
        """Take what was printed; whether there may be more."""
        try:
            part = os.read(self.source, _CHUNK)
        except BlockingIOError:
            return not once
        self.output.take(part)
        return bool(part)

    # --- ending ------------------------------------------------------------------

    def _last_word(self) -> None:
        lost = self.output.finish()
        why = f"{self.why} {lost}".strip()
        status = 1 if self.status is None else self.status
        ended = {"how": self.how, "status": status, "why": why}
        ended |= {"started": self.began, "ended": time.time()}
        leavings.write_ended(self.folder, ended)
        self._tell(_ENDED)

    def _linger(self, wake: int) -> None:
        """Stay with what the command left running, until the job lets go of it."""
        poll = select.poll()
        for handle in (self.source, wake):
            poll.register(handle, select.POLLIN)
        over = self.how != "exited"
        while self._rest():
            if over:
                family.send(family.descendants(os.getpid()), signal.SIGKILL)
            ready = dict(poll.poll(20 if over else int(_TICK * 1000)))
            if self.source in ready and not self._copy():
                poll.unregister(self.source)
            over = over or (wake in ready and signal.SIGTERM in _drained(wake))
            over = over or _lease_is_over(self.folder)
        self.output.finish()

    def _tell(self, word: bytes) -> None:
        with suppress(OSError):
            self.channel.send(word, socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT)


class _Output:
    """The output file: only what was redacted comes here."""

    def __init__(self, folder: Path, secrets: list[str]) -> None:
        self._folder = folder
        self._secrets = list(secrets)
        self._redactor = StreamRedactor(self._secrets)
        self._file = (folder / leavings.OUTPUT).open("ab", buffering=0)
        self._size, self._noted, self._lost = self._file.tell(), 0.0, 0
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
        leavings.add_moment(self._folder, self._size)
        if not self._lost:
            return ""
        return f"{self._lost} bytes of its output could not be kept: the disk is full."

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _pass(self, text: bytes, *, last: bool = False) -> None:
        """Learn what it asks to hide and gives to its run, then redact it."""
        if b"::" in text:
            self._hear(text, last=last)
        self._within = bool(text) and not text.endswith(b"\n")
        if _MASK not in text:
            self._keep(self._redactor.feed(text))
            return
        for line in text.splitlines(keepends=True):
            before, mark, value = line.partition(_MASK)
            if mark and not before.strip():
                self._hide(value.decode(errors="surrogateescape").strip("\r\n"))
            self._keep(self._redactor.feed(line))

    def _hear(self, text: bytes, *, last: bool) -> None:
        """Keep whole lines that give values as they are, apart from the output."""
        *lines, rest = text.split(b"\n")
        lines += [rest] if last and rest else []
        for number, line in enumerate(lines):
            if _GIVES.match(line) and not (self._within and not number):
                said = line.decode("utf-8", "replace")
                leavings.add_line(self._folder, leavings.SAID, said)

    def _hide(self, value: str) -> None:
        """Hide a value from now on, and let later steps know it."""
        if not value:
            return
        self._keep(self._redactor.finish())
        self._secrets.append(value)
        self._redactor = StreamRedactor(self._secrets)
        leavings.add_line(self._folder, leavings.MASKS, value)

    def _keep(self, part: bytes) -> None:
        left = memoryview(part)
        while left:
            try:
                written = self._file.write(left) or 0
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
                    raise
                self._lost += len(left)
                return
            self._size += written
            left = left[written:]
        if part and time.monotonic() - self._noted > 0.1:  # noqa: PLR2004 - seconds
            self._noted = time.monotonic()
            leavings.add_moment(self._folder, self._size)


def _may_command(line: bytes) -> bool:
    """Whether an unfinished line may become a command."""
    return line.lstrip()[:2] in (b":", b"::") and len(line) < _CHUNK


def _become(task: dict[str, Any], output: int, says: int) -> None:
    """In the child: become the command, or say why not."""
    try:
        os.setsid()
        family.die_with_parent()
        signal.set_wakeup_fd(-1)
        for number in (
            signal.SIGPIPE,
            signal.SIGXFSZ,
            signal.SIGCHLD,
            signal.SIGTERM,
            signal.SIGINT,
            signal.SIGHUP,
        ):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(task["folder"])
        os.execvpe(task["argv"][0], task["argv"], task["env"])  # noqa: S606
    except OSError as error:
        where = error.filename or task["argv"][0]
        os.write(says, f"{where}: {error.strerror}".encode())
    finally:
        os._exit(127)


def _lease_is_over(folder: Path) -> bool:
    """Whether nobody holds the lease any more; without one there is none to lose."""
    try:
        until = float((folder / leavings.LEASE).read_text("ascii"))
    except (OSError, ValueError):
        return False
    return leavings.boot_time() > until


def _drained(wake: int) -> bytes:
    with suppress(BlockingIOError):
        return os.read(wake, 512)
    return b""
