"""One child process: bytes in, lines out, nothing left behind."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from holdfast.ports import Result

_STDERR_KEPT = 64 * 1024
_PART = 65536

Hear = Callable[[bytes], None]


def run_child(
    argv: Sequence[str],
    script: bytes,
    *,
    listen: Hear | None = None,
    timeout: float | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """
    Run ``argv`` with ``script`` on its standard input, in a process group of its own.

    ``listen`` gets every complete line of standard output. Raises
    ``subprocess.TimeoutExpired`` after ``timeout`` seconds, with the group killed; the
    group is also killed when this process is interrupted. Raises ``OSError`` when the
    program is not there.
    """
    child = Child(argv, env=env, cwd=cwd)
    heard = bytearray()

    def hear(line: bytes) -> None:
        heard.extend(line + b"\n")
        if listen:
            listen(line)

    child.say(script, last=True)
    child.listen(hear, timeout=timeout)
    heard += child.unfinished
    return Result(child.status, bytes(heard), bytes(child.errors))


class Child:
    """
    A process that is spoken to and listened to by turns.

    Any exception while it is listened to kills its whole process group first. Raises
    ``OSError`` when the program is not there.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._argv = argv
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
        )
        self.errors = bytearray()
        """The last 64 KiB of its standard error."""
        self.unfinished = bytearray()
        """What came after the last newline of its standard output."""
        self.unsaid = memoryview(b"")
        """What is still to be written to it."""
        self._last = False
        for pipe in self._pipes():
            os.set_blocking(pipe.fileno(), False)

    @property
    def status(self) -> int:
        """How it ended; below zero is the signal that ended it."""
        return int(self._process.returncode)

    def say(self, words: bytes, *, last: bool = False) -> None:
        """Have ``words`` written while it is listened to; ``last`` then ends its input."""
        self.unsaid = memoryview(bytes(self.unsaid) + words)
        self._last = last

    def listen(
        self,
        hear: Hear,
        *,
        until: Callable[[], bool] = lambda: False,
        timeout: float | None = None,
    ) -> bool:
        """
        Pass on each complete line; true when ``until`` says so, false when it has ended.

        Raises ``subprocess.TimeoutExpired`` after ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            if self._conversed(hear, until, deadline):
                return True
            self._process.wait(_left(deadline))
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            self.kill()
            raise subprocess.TimeoutExpired(self._argv, timeout or 0) from error
        except BaseException:
            self.kill()
            raise
        self._close()
        return False

    def kill(self) -> None:
        """End it and all its children now; harmless to repeat."""
        try:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._close()

    def _conversed(
        self, hear: Hear, until: Callable[[], bool], deadline: float | None
    ) -> bool:
        stdin, stdout, stderr = self._pipes()
        with selectors.PollSelector() as ears:
            # Not epoll: it goes on to tell of a closed pipe while a child that another
            # thread is just starting still has a copy of it.
            ears.register(stdout, selectors.EVENT_READ, partial(self._heard, hear))
            ears.register(stderr, selectors.EVENT_READ, self._complained)
            if self.unsaid or self._last:
                ears.register(stdin, selectors.EVENT_WRITE, self._written)
            while {stdout, stderr} & {key.fileobj for key in ears.get_map().values()}:
                for key, _ in ears.select(_left(deadline)):
                    if not key.data():
                        ears.unregister(key.fileobj)
                if until():
                    return True
                if deadline is not None and time.monotonic() > deadline:
                    raise TimeoutError
        return False

    def _written(self) -> bool:
        """Write on; whether there is more to write."""
        stdin, _, _ = self._pipes()
        try:
            self.unsaid = self.unsaid[os.write(stdin.fileno(), self.unsaid[:_PART]) :]
        except BrokenPipeError:
            stdin.close()
            return False
        if not self.unsaid and self._last:
            stdin.close()
        return bool(self.unsaid)

    def _heard(self, hear: Hear) -> bool:
        _, stdout, _ = self._pipes()
        part = os.read(stdout.fileno(), _PART)
        if b"\n" in part:
            *lines, rest = bytes(self.unfinished + part).split(b"\n")
            self.unfinished = bytearray(rest)
            for line in lines:
                hear(line)
        else:
            self.unfinished += part
        return bool(part)

    def _complained(self) -> bool:
        _, _, stderr = self._pipes()
        part = os.read(stderr.fileno(), _PART)
        self.errors += part
        del self.errors[:-_STDERR_KEPT]
        return bool(part)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        told = self._process
        assert told.stdin and told.stdout and told.stderr  # noqa: S101, PT018 - as asked for
        return told.stdin, told.stdout, told.stderr

    def _close(self) -> None:
        for pipe in self._pipes():
            pipe.close()


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
