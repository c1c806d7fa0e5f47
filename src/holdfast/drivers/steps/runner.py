"""The worker's side: start commands under shims, and find them again."""

import json
import os
import re
import select
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from holdfast.drivers.steps import step_files
from holdfast.drivers.steps.shims import Shims, is_heard
from holdfast.drivers.steps.step_files import FREE, LEASE_OVER, STARTED
from holdfast.ports import (
    Ended,
    LeaseOver,
    LetGo,
    NotBegun,
    StepProcess,
    StepRunner,
    Task,
)
from holdfast.problems import HoldfastError, Problem

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/-?[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_LOOK = 0.1
_PIECE = 1 << 20
_PATIENCE = 20.0
_NO_ANSWER = b"?"
_TRIES = 3
"""How often a process that keeps a step may be killed before it has begun."""


class ShimRunner:
    """Steps of one site: everybody with the same folder sees and may keep the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._shims, self._left = Shims(), Event()
        self._term, self._until = 0, inf
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def term(self) -> int:
        """Which term of the lease this is."""
        return self._term

    def start(self, task: Task, /) -> StepProcess:
        """Start one; raises ``HoldfastError`` for a key that was started before."""
        if self._left.is_set():
            raise LetGo
        home, until = self._home(task.key), self._until
        if task.term != self._term:
            raise LeaseOver(_over(task.key))
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if step_files.is_begun(home) or step_files.is_void(home):
            raise HoldfastError(_twice(task.key))
        for _ in range(_TRIES):
            said, channel = self._ask(self._told(task, home, until))
            if said == STARTED:
                return self._process(task.key, home, channel)
            channel.close()
            if said == LEASE_OVER:
                raise LeaseOver(_over(task.key))
            if said == _NO_ANSWER or step_files.is_begun(home):
                break
            select.select([], [], [], _LOOK)
        if self.forestall(task.key):
            raise NotBegun(_not_begun(task.key))
        return self._process(task.key, home)

    def forestall(self, key: str, /) -> bool:
        """Make sure that one that never began never will; whether that is so now."""
        home = self._home(key)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = monotonic() + _PATIENCE
        while not step_files.make_void(home):
            if step_files.is_begun(home):
                return False
            if monotonic() > until:
                raise NotBegun(_not_begun(key))
            select.select([], [], [], _LOOK / 10)
        return True

    def attach(self, key: str, /) -> StepProcess | None:
        """Find one again; ``None`` when it never began."""
        home = self._home(key)
        return self._process(key, home) if step_files.is_begun(home) else None

    def known(self, prefix: str = "", /) -> Iterable[str]:
        """Keys of everything below a prefix that has left something on the disk."""
        for home in _begun_below(self._home(prefix) if prefix else self._folder):
            yield str(home.relative_to(self._folder))

    def clear(self, prefix: str, /) -> None:
        """End and remove everything whose keys begin with ``prefix/``."""
        home = self._home(prefix)
        for begun in _begun_below(home):
            self._process(str(begun.relative_to(self._folder)), begun).forget()
        shutil.rmtree(home, ignore_errors=True)
        with suppress(OSError):
            home.parent.rmdir()

    def renew(self, seconds: float, /) -> None:
        """Hold the lease for so long from now on."""
        now = step_files.boot_time()
        if now > self._until:
            self._term += 1
        self._until = now + seconds
        step_files.write_lease(self._folder, self._until)

    def prepare(self) -> None:
        """Have what starts commands ready, so that the first need not wait for it."""
        self._shims.prepare()

    def close(self) -> None:
        """Let go, also of who waits for a step; what is at work goes on."""
        self._left.set()
        self._shims.close()

    def _process(
        self, key: str, home: Path, channel: socket.socket | None = None
    ) -> "_ShimProcess":
        return _ShimProcess(key, home, self._left, channel, self._shims.take_back)

    def _ask(self, told: dict[str, Any]) -> tuple[bytes, socket.socket]:
        """
        Have a shim carry a task out; its first word, and the line to it.

        One that was killed says nothing. Where it left a process id it may have begun:
        what became of it is then found out as after any other crash.
        """
        channel = self._shims.take()
        channel.settimeout(_PATIENCE)
        try:
            channel.sendall(json.dumps(told).encode() + b"\n")
            return channel.recv(1), channel
        except TimeoutError:
            return _NO_ANSWER, channel
        except OSError:
            return b"", channel

    def _told(self, task: Task, home: Path, until: float) -> dict[str, Any]:
        """A task as the shim reads it."""
        return {
            "home": str(home),
            "lease": str(self._folder / step_files.LEASE),
            "argv": task.argv,
            "folder": str(task.folder),
            "env": dict(task.env),
            "secrets": task.secrets,
            "timeout": task.timeout,
            "signal": task.signal.removeprefix("SIG"),
            "grace": task.grace,
            "until": until,
            "lasting": task.lasting,
            "most": task.most,
        }

    def _home(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise HoldfastError(_no_key(key))
        return self._folder / key


class _ShimProcess:
    """One command with its shim, or what they left."""

    def __init__(
        self,
        key: str,
        home: Path,
        left: Event,
        channel: socket.socket | None = None,
        give_back: Callable[[socket.socket], None] = socket.socket.close,
    ) -> None:
        self._key, self._home, self._left = key, home, left
        self._channel, self._give_back = channel, give_back

    @property
    def key(self) -> str:
        """The key of its task."""
        return self._key

    def wait(self, seconds: float, /) -> Ended | None:
        """Wait so long for its end."""
        until = monotonic() + seconds
        while True:
            left = max(0.0, until - monotonic())
            if self._channel is not None:
                if self._hears(min(left, _LOOK)):
                    continue
            elif (ended := self._what_became()) is not None:
                return ended
            if self._left.is_set():
                raise LetGo
            if not left:
                return None
            if self._channel is None:
                select.select([], [], [], min(left, _LOOK / 2))

    def _what_became(self) -> Ended | None:
        """How it ended, by what it left; ``None`` while it is kept."""
        held = step_files.is_held(self._home)
        body = step_files.read_ended(self._home)
        if body is not None:
            return _ended(body)
        return None if held else _lost(self._home)

    def output(self, offset: int, /) -> bytes:
        """What it printed from a place on, a piece at a time."""
        try:
            with (self._home / step_files.OUTPUT).open("rb") as file:
                file.seek(offset)
                return file.read(_PIECE)
        except FileNotFoundError:
            return b""

    def moments(self) -> tuple[tuple[int, datetime], ...]:
        """When the output had reached which length."""
        return tuple(self._moments())

    def cancel(self) -> None:
        """Ask for its end."""
        step_files.ask_to_end(self._home)

    def masks(self) -> tuple[str, ...]:
        """Values the command asked to hide."""
        return step_files.read_lines(self._home, step_files.MASKS)

    def said(self) -> tuple[str, ...]:
        """Lines by which the command gave values to its run, with what is hidden."""
        return step_files.read_lines(self._home, step_files.SAID)

    def release(self) -> None:
        """Let go of it; it goes on."""
        self._close()

    def forget(self) -> None:
        """End what it left running, and remove its folder."""
        until = monotonic() + _PATIENCE
        while step_files.is_held(self._home) and monotonic() < until:
            self.cancel()
            select.select([], [], [], 0.02)
        self._close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _moments(self) -> Iterator[tuple[int, datetime]]:
        with suppress(FileNotFoundError):
            text = (self._home / step_files.MOMENTS).read_text(encoding="ascii")
            for line in text.splitlines():
                size, at = line.split()
                yield int(size), datetime.fromtimestamp(float(at), UTC)

    def _hears(self, seconds: float) -> bool:
        """
        Wait so long for its shim to say that the command has ended; whether it did.

        A shim that was killed is heard as well: its end of the line is closed.
        """
        if self._channel is None or not is_heard(self._channel, seconds):
            return False
        channel, self._channel = self._channel, None
        word = b""
        with suppress(OSError):
            word = channel.recv(1)
        (self._give_back if word == FREE else socket.socket.close)(channel)
        return True

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def _begun_below(folder: Path) -> list[Path]:
    """Folders of steps; others of the site may remove some while they are looked for."""
    seen = os.walk(folder)
    homes = sorted(Path(at) for at, _, files in seen if step_files.KEEPER in files)
    return [home for home in homes if step_files.is_begun(home)]


def _ended(body: dict[str, Any]) -> Ended:
    return Ended(
        how=body["how"],
        status=body["status"],
        started=datetime.fromtimestamp(body["started"], UTC),
        ended=datetime.fromtimestamp(body["ended"], UTC),
        why=body["why"],
        alone=body["alone"],
        dropped=body.get("dropped", 0),
        lost=body.get("lost", ""),
    )


def _lost(home: Path) -> Ended:
    """Its shim is gone and said nothing."""
    with suppress(OSError):
        began = datetime.fromtimestamp((home / step_files.KEEPER).stat().st_mtime, UTC)
        return Ended("lost", 1, began, began, "Its process was killed from outside.")
    never = datetime.fromtimestamp(0, UTC)
    return Ended("lost", 1, never, never, "It left nothing.")


def _twice(key: str) -> Problem:
    return Problem(
        code="steps.begun-before",
        summary=f"{key} was begun before",
        detail="Its folder is there. Nothing was started.",
        next_step="Look at the run: holdfast why RUN",
    )


def _over(key: str) -> Problem:
    return Problem(
        code="steps.lease-over",
        summary=f"{key} was not begun: the worker's lease had ended",
        detail="The worker, or its machine, stood still for too long. Somebody else may "
        "have the job by now. Nothing was started.",
        next_step="Look at the run: holdfast why RUN",
    )


def _not_begun(key: str) -> Problem:
    return Problem(
        code="steps.not-begun",
        summary=f"{key} could not be begun",
        detail="The process that keeps it said nothing; the disk may be full. The "
        "command was not started.",
        next_step="holdfast doctor",
    )


def _no_key(key: str) -> Problem:
    return Problem(
        code="steps.no-key",
        summary=f"`{key}` is no name for a step",
        detail="Nothing was started.",
        next_step="Use letters, digits, `_`, `-` and `.` between slashes.",
    )


_: type[StepRunner] = ShimRunner
