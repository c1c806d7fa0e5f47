"""
The parent of one command: keeps its output, its end, and ends it when it has to.

The worker may die, restart or be stopped; the shim goes on. It ends its command when it
is told to (``SIGTERM``), when the time is over, or when nobody holds the lease any more.
"""

import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.drivers.steps import command, process_tree, step_files
from holdfast.drivers.steps.output import CHUNK, Output

_TICK = 0.5
_LEASE_GRACE = 1.0


def serve(handle: int) -> None:
    """
    Carry out one task after the other that comes over a socket.

    Each leaves its end in its folder. What a command left running is stayed with: then
    there is no next one.
    """
    with socket.socket(fileno=handle) as channel, _signals() as wake:
        process_tree.adopt()
        me = step_files.this_process()
        while (task := _next(channel, wake)) is not None:
            if not _carry_out(task, channel, wake, me):
                return


def _next(channel: socket.socket, wake: int) -> dict[str, Any] | None:
    """The next task, a line of JSON; ``None``: there is none, or this is told to end."""
    poll = select.poll()
    for handle in (channel.fileno(), wake):
        poll.register(handle, select.POLLIN)
    while channel.fileno() not in dict(poll.poll()):
        if signal.SIGTERM in _drained(wake):
            return None
    line = b""
    while not line.endswith(b"\n"):
        part = channel.recv(CHUNK)
        if not part:
            return None
        line += part
    task: dict[str, Any] = json.loads(line)
    return task


def _carry_out(
    task: dict[str, Any], channel: socket.socket, wake: int, me: str
) -> bool:
    """One task; whether another may be carried out after it."""
    folder = Path(task["home"])
    held = step_files.lock(folder)
    try:
        if step_files.is_begun(folder) or step_files.is_void(folder):
            return False
        if step_files.boot_time() > task["until"]:
            channel.send(step_files.LEASE_OVER, socket.MSG_NOSIGNAL)
            return False
        step_files.begin(held, me)
        return _Shim(task, folder, channel, wake, held).run()
    finally:
        os.close(held)


@contextmanager
def _signals() -> Iterator[int]:
    """What can be read when a signal has come: its number."""
    reading, writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (
        signal.SIGCHLD,
        signal.SIGTERM,
        signal.SIGINT,
        signal.SIGHUP,
        step_files.LOOK,
    ):
        signal.signal(number, _heard)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(-1)
        os.close(reading)
        os.close(writing)


def _heard(*_: object) -> None:
    """Nothing: a signal that is ignored would be ignored by every command as well."""


@dataclass(slots=True)
class _Shim:
    task: dict[str, Any]
    folder: Path
    channel: socket.socket
    wake: int
    held: int
    """What holds the folder, and takes the last word."""
    command: "subprocess.Popen[bytes] | None" = None
    source: int = -1
    status: int | None = None
    how: str = "exited"
    why: str = ""
    began: float = field(default_factory=time.time)
    kill_at: float | None = None
    looked: float = field(default_factory=time.monotonic)
    """When it was last asked whether somebody holds the lease."""
    output: Output = field(init=False)

    def run(self) -> bool:
        """From its start to its end; whether nothing is left of it."""
        self.output = Output(self.folder, self.task["secrets"], self.task["most"])
        self.source, output = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.source, False)
        try:
            self._start(output)
        finally:
            os.close(output)
        self._tell(step_files.STARTED)
        self._wait()
        alone = not self.task["lasting"] and not self._rest()
        while self._copy(once=True):
            pass
        self._last_word(alone=alone)
        self._tell(step_files.FREE if alone else step_files.LEFT)
        if not alone and not self.task["lasting"]:
            self._linger()
        os.close(self.source)
        self.output.close()
        return alone

    def _start(self, output: int) -> None:
        """Start the command, or say why it could not be."""
        task = self.task
        folder = Path(task["folder"])
        try:
            self.command = command.start(task["argv"], task["env"], folder, output)
        except OSError as error:
            where = error.filename or task["argv"][0]
            self._not_started(f"{where}: {error.strerror}")
        except ValueError as error:
            self._not_started(f"its words or variables cannot be given to it: {error}")

    def _not_started(self, why: str) -> None:
        """It could not be started: nothing of it has happened."""
        self.how, self.why, self.status = "not-started", why, 127

    # --- waiting -----------------------------------------------------------------

    def _wait(self) -> None:
        """Until the command has ended, and everything it was told to take along."""
        poll = select.poll()
        for handle in (self.source, self.wake):
            poll.register(handle, select.POLLIN)
        deadline = self._deadline()
        while self.status is None or (self.kill_at is not None and self._rest()):
            ready = dict(poll.poll(self._pause(deadline)))
            if self.source in ready and not self._copy():
                poll.unregister(self.source)
            if self.wake in ready and self._is_told_to_end():
                self._end("cancelled", float(self.task["grace"]))
            self._rest()
            self._check_time(deadline)

    def _is_told_to_end(self) -> bool:
        """Whether a signal that came says so."""
        came = _drained(self.wake)
        if signal.SIGTERM in came:
            return True
        return step_files.LOOK in came and step_files.is_asked_to_end(self.folder)

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
        if now - self.looked >= _TICK:
            self.looked = now
            if _lease_is_over(self.task):
                self._end("lease-lost", _LEASE_GRACE)
        if self.kill_at is not None and (
            now >= self.kill_at or self.status is not None
        ):
            process_tree.send(process_tree.descendants(os.getpid()), signal.SIGKILL)

    def _end(self, how: str, grace: float) -> None:
        """Ask the whole group to end; what is left after the grace is killed."""
        if self.kill_at is not None or self.status is not None or not self.command:
            return
        self.how, self.kill_at = how, time.monotonic() + grace
        number = signal.Signals[f"SIG{self.task['signal']}"]
        with suppress(ProcessLookupError):
            os.killpg(self.command.pid, number)

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
            if self.command and pid == self.command.pid and self.status is None:
                code = self.command.returncode = os.waitstatus_to_exitcode(status)
                self.status = 128 - code if code < 0 else code

    def _copy(self, *, once: bool = False) -> bool:
        """Take what was printed; whether there may be more."""
        try:
            part = os.read(self.source, CHUNK)
        except BlockingIOError:
            return not once
        self.output.take(part)
        return bool(part)

    # --- ending ------------------------------------------------------------------

    def _last_word(self, *, alone: bool) -> None:
        lost = self.output.finish()
        status = 1 if self.status is None else self.status
        ended = {"how": self.how, "status": status, "why": self.why, "alone": alone}
        ended |= {"started": self.began, "ended": time.time()}
        ended |= {"dropped": self.output.dropped, "lost": lost}
        step_files.write_ended(self.held, ended)

    def _linger(self) -> None:
        """Stay with what the command left running, until the job lets go of it."""
        poll = select.poll()
        for handle in (self.source, self.wake):
            poll.register(handle, select.POLLIN)
        over = self.how != "exited"
        while self._rest():
            if over:
                process_tree.send(process_tree.descendants(os.getpid()), signal.SIGKILL)
            ready = dict(poll.poll(20 if over else int(_TICK * 1000)))
            if self.source in ready and not self._copy():
                poll.unregister(self.source)
            over = over or (self.wake in ready and self._is_told_to_end())
            over = over or _lease_is_over(self.task)
        self.output.finish()

    def _tell(self, word: bytes) -> None:
        with suppress(OSError):
            self.channel.send(word, socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT)


def _lease_is_over(task: dict[str, Any]) -> bool:
    """Whether nobody holds the lease any more; without one there is none to lose."""
    try:
        until = float(Path(task["lease"]).read_text("ascii"))
    except (OSError, ValueError):
        return False
    return step_files.boot_time() > until


def _drained(wake: int) -> bytes:
    with suppress(BlockingIOError):
        return os.read(wake, 512)
    return b""
