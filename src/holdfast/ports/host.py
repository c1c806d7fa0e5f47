"""A place where scripts run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from holdfast.model import digest
from holdfast.problems import HoldfastError, Problem


@dataclass(frozen=True, slots=True)
class Result:
    """How a script ended; a status below zero is the signal that ended it."""

    status: int
    stdout: bytes = b""
    stderr: bytes = b""


class Unreachable(HoldfastError):  # noqa: N818 - what the host is
    """
    The host could not be asked, or the connection broke.

    Its problem names the host, what was tried, what the transport said and what to type
    next. When ``started`` is true the script may have run in part: what it was to change
    is in doubt.
    """

    def __init__(self, problem: Problem, *, started: bool = False) -> None:
        super().__init__(problem)
        self.started = started


def still_running(host: str) -> str:
    """
    Sh with ``still_running``: whether a script that changes this host is at work there.

    Such a script leaves its process and that one's start in the file ``$P``: it may
    outlive its connection, and nothing it does may be judged or repeated before it has
    ended. The file is named after the inventory's name of the host, because several of
    them may be one machine.
    """
    name = f"holdfast-{digest(host.encode())[7:19]}.pid"
    return (
        f"P=/run/{name}; [ -w /run ] || P=/tmp/$(id -u)-{name}\n"
        f'[ -z "$R" ] || P=$R/.{name}\n'
        'age() { set -- $(cat "/proc/$1/stat" 2>/dev/null); echo "${22}"; }\n'
        "still_running() {\n"
        '  [ -f "$P" ] && read -r p a <"$P" && [ -n "$a" ] && [ "$(age "$p")" = "$a" ]\n'
        "}\n"
    )


class Host(Protocol):
    """Runs POSIX sh scripts, as the become user if there is one."""

    @property
    def name(self) -> str:
        """The name in the inventory."""
        ...

    @property
    def confined(self) -> bool:
        """Whether paths are below a ``root:`` folder; only confinable kinds work there."""
        ...

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        """
        Run one script to its end, whatever its exit status.

        The script reaches the host on standard input, never as an argument. It runs
        under ``LC_ALL=C`` with ``R`` set to the root folder (empty on an ordinary host).
        ``listen`` gets each complete line of standard output as it arrives, without its
        newline; ``timeout`` is in seconds. Raises :class:`Unreachable`.
        """
        ...

    def close(self) -> None:
        """Let go of connections; harmless to repeat."""
        ...
