"""A shell on a host that takes one script after the other."""

import re
from collections.abc import Callable, Sequence
from shlex import quote

from holdfast.drivers.hosts.child import Child
from holdfast.model import Sensitive
from holdfast.ports import Result

_READY = b"@holdfast-ready"
_PROMPT = b"@holdfast-password"
_ENDED = b"@holdfast-ended"
_START = f"echo; echo {_READY.decode()}; exec sh -s"
_KILLED = 128
"""Statuses from here on tell of a signal."""


class ShellEnded(Exception):  # noqa: N818 - what happened
    """
    The shell, or the way to it, is no more.

    ``said`` are the words of the program that was the way. ``started`` is true when all
    of a script had been sent: it may have run in part, or to its end.
    """

    def __init__(self, said: str, *, started: bool) -> None:
        super().__init__(said)
        self.said, self.started = said, started


def command_for(become: str | None, *, password: bool) -> str:
    """
    What the far side is asked to start: a constant, with the become user at most.

    With a password, sudo asks for it by a prompt of ours; it is given only then, so that
    a sudo that does not ask can never hand it to the shell as a command.
    """
    if become is None:
        return _START
    whom = quote(become)
    if password:
        prompt = _PROMPT.decode()
        return f"exec sudo -S -p {prompt} -u {whom} -- sh -c {quote(_START)}"
    already = f'if [ "$(id -un)" = {whom} ]; then {_START}; fi'
    return f"{already}; exec sudo -n -u {whom} -- sh -c {quote(_START)}"


class Shell:
    """
    Starts ``argv`` and waits until the shell at its other end is ready.

    Raises :class:`ShellEnded`, ``subprocess.TimeoutExpired`` (seconds) and ``OSError``.
    Nothing is sent before the shell has spoken: when it does not, nothing was started.
    """

    def __init__(
        self, argv: Sequence[str], password: Sensitive | None, timeout: float | None
    ) -> None:
        self._child = Child(argv)
        self._hearing = _Hearing(None)
        while not self._hearing.ready:
            self._until(self._spoken, timeout, started=False)
            if not self._hearing.ready:
                self._answer(password)
                password = None

    def still_there(self) -> bool:
        """Ask it to speak again; false when it is gone."""
        self._hearing = _Hearing(None)
        self._child.say(b"echo " + _READY + b"\n")
        try:
            self._until(self._spoken, None, started=False)
        except ShellEnded:
            return False
        return True

    def run(
        self,
        script: bytes,
        *,
        listen: Callable[[bytes], None] | None,
        timeout: float | None,
    ) -> Result:
        """Run one script to its end in a subshell; raises as the constructor does."""
        self._hearing = _Hearing(listen)
        self._child.errors.clear()
        self._child.say(_wrapped(script))
        self._until(self._ended, timeout, started=True)
        status = self._hearing.status
        assert status is not None  # noqa: S101 - or it would not have ended
        errors = bytes(self._child.errors).replace(_ENDED + b"\n", b"")
        return Result(status, bytes(self._hearing.kept), errors)

    @property
    def sound(self) -> bool:
        """Whether its last script ended by itself, so that it can take another."""
        return self._hearing.status is not None and self._hearing.status < _KILLED

    def close(self) -> None:
        """End it now; harmless to repeat."""
        self._child.kill()

    def _until(
        self, done: Callable[[], bool], timeout: float | None, *, started: bool
    ) -> None:
        if not self._child.listen(self._hearing.hear, until=done, timeout=timeout):
            said = self._child.errors.decode(errors="replace").strip()
            raise ShellEnded(said, started=started and not self._child.unsaid)

    def _spoken(self) -> bool:
        return self._hearing.ready or _PROMPT in self._child.errors

    def _ended(self) -> bool:
        return self._hearing.status is not None and _ENDED in self._child.errors

    def _answer(self, password: Sensitive | None) -> None:
        """Give the password once; to a second question, nothing, and sudo gives up."""
        errors = self._child.errors
        errors[:] = errors.replace(_PROMPT, b"")
        if password is None:
            self._child.say(b"", last=True)
        else:
            self._child.say(password.reveal().encode() + b"\n")


def _wrapped(script: bytes) -> bytes:
    """
    In a subshell, which nothing it does can outlive.

    It is one command for the shell, so nothing of it runs before all of it has come.
    """
    return (
        b"LC_ALL=C; export LC_ALL; R=; (\n"
        + script.rstrip(b"\n")
        + b"\n); printf '\\n"
        + _ENDED
        + b" %s\\n' $?; echo "
        + _ENDED
        + b" >&2\n"
    )


class _Hearing:
    """Takes the lines of our own out of what is printed."""

    def __init__(self, listen: Callable[[bytes], None] | None) -> None:
        self._listen = listen
        self.kept = bytearray()
        self.ready = False
        self.status: int | None = None

    def hear(self, line: bytes) -> None:
        """Take one line."""
        if line == _READY:
            self.ready = True
            return
        ended = re.fullmatch(_ENDED + rb" (\d+)", line)
        if ended:
            self.status = int(ended[1])
            return
        self.kept += line + b"\n"
        if self._listen:
            self._listen(line)
