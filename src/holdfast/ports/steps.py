"""Processes of steps that outlive whoever started them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from holdfast.problems import HoldfastError

How = Literal["exited", "cancelled", "timed-out", "lease-lost", "not-started", "lost"]
"""``lost``: its process is gone and left no word; it may have done anything."""


MOST_OUTPUT = 64 << 20
"""Bytes of the output of one command that are kept unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Task:
    """
    One command to run.

    ``key`` names it for good (``r12/build/3/1``: run, job, step, attempt). ``env`` is the
    whole environment and may hold secret values: it never touches the disk or an
    argument list. ``secrets`` are values that must not appear in the output.
    ``timeout`` and ``grace`` are seconds; ``signal`` (``TERM``) goes first, to the whole
    process group, ``KILL`` after the grace. ``term`` is the term of the lease in which
    it was decided: it begins in no other. What a ``lasting`` one leaves running goes on
    after its end, whatever becomes of the lease. Of its output ``most`` bytes are kept;
    what comes then is read and let go, and it is not slowed down.
    """

    key: str
    argv: tuple[str, ...]
    folder: Path
    env: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    timeout: float | None = None
    signal: str = "TERM"
    grace: float = 10.0
    term: int = 0
    lasting: bool = False
    most: int = MOST_OUTPUT


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; ``status`` is its exit status, ``128 + n`` for signal n."""

    how: How
    status: int
    started: datetime
    ended: datetime
    why: str = ""
    """What is known beyond that: the error of a command that could not start."""

    alone: bool = False
    """It left nothing running."""

    dropped: int = 0
    """How many bytes it printed beyond what is kept of its output."""

    lost: str = ""
    """What of its output could not be kept though it is wanted."""


class LeaseOver(HoldfastError):  # noqa: N818 - what the lease is
    """
    The lease ended between the decision and the start: nothing was started.

    Somebody else may have the work by now; who still has it decides again.
    """


class NotBegun(HoldfastError):  # noqa: N818 - what became of it
    """
    The machine could not start it, a full disk for one: nothing of it happened.

    It may be tried again, under another key.
    """


class LetGo(Exception):  # noqa: N818 - no error: the step goes on
    """The runner was closed while somebody waited for a step, or wanted to begin one."""


class StepProcess(Protocol):
    """One command that was started, perhaps by a worker that is no more."""

    @property
    def key(self) -> str:
        """The key of its task."""
        ...

    def wait(self, seconds: float, /) -> Ended | None:
        """
        Wait so long for its end; ``None`` while it is at work.

        Raises ``LetGo`` when its runner is closed before.
        """
        ...

    def output(self, offset: int, /) -> bytes:
        """A piece of what it printed from a byte on, without secrets; empty: no more."""
        ...

    def moments(self) -> tuple[tuple[int, datetime], ...]:
        """When the output had reached which length: (bytes, time), oldest first."""
        ...

    def cancel(self) -> None:
        """Ask for its end; :meth:`wait` says when it is confirmed."""
        ...

    def masks(self) -> tuple[str, ...]:
        """Values the command asked to hide with ``::add-mask::``."""
        ...

    def said(self) -> tuple[str, ...]:
        """
        Lines by which the command gave values to its run, as it printed them.

        That is ``::set-output`` and ``::save-state``, and what stops and resumes such
        commands; they may hold secrets.
        """
        ...

    def release(self) -> None:
        """Let go of it; it goes on, and can be found again."""
        ...

    def forget(self) -> None:
        """Remove what it left on the disk; only after its end."""
        ...


class StepRunner(Protocol):
    """
    Starts commands under a small process of their own and finds them again.

    The runner holds a lease for all it started: when nobody renews it, every command is
    ended. A lease that ended and is held again has a new ``term``. Raises
    ``HoldfastError`` when a command can neither be started nor found.
    """

    @property
    def term(self) -> int:
        """Which term of the lease this is; each is without a gap."""
        ...

    def start(self, task: Task, /) -> StepProcess:
        """
        Start one; a key that was started before is refused.

        Raises ``LeaseOver`` when the task's term has ended.
        """
        ...

    def forestall(self, key: str, /) -> bool:
        """Make sure that one that never began never will; whether that is so now."""
        ...

    def attach(self, key: str, /) -> StepProcess | None:
        """Find one again, at work or ended; ``None`` when it never began."""
        ...

    def known(self, prefix: str = "", /) -> Iterable[str]:
        """Keys of everything below a prefix that has left something on the disk."""
        ...

    def clear(self, prefix: str, /) -> None:
        """End and remove everything whose keys begin with ``prefix/``."""
        ...

    def renew(self, seconds: float, /) -> None:
        """Hold the lease for so long from now on."""
        ...

    def close(self) -> None:
        """Let go, and begin nothing; what is at work goes on until the lease ends."""
        ...
