"""A host behind OpenSSH, as the user's own configuration reaches it."""

import os
import re
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shlex import quote
from tempfile import gettempdir

from holdfast.drivers.hosts.child import run_child
from holdfast.drivers.hosts.trouble import trouble
from holdfast.model import Sensitive
from holdfast.ports import Host, Result

_LONGEST_SOCKET = 90
_HEAD = b"LC_ALL=C; export LC_ALL; R=; echo @holdfast-begun; "


class SshHost:
    """
    Runs scripts through the ``ssh`` program.

    Everything in ``~/.ssh/config`` holds: jump hosts, certificates, the agent, known
    hosts, ``Match``. The first connection stays as the master of those after it
    (ControlMaster), so that later scripts cost no handshake. The script travels on
    standard input and its own exit status comes back in a line of its output, so that
    255 from ``ssh`` always means the connection.
    """

    confined = False

    def __init__(  # noqa: PLR0913 - each is one word of `connect:`
        self,
        name: str,
        address: str,
        *,
        user: str | None = None,
        port: int | None = None,
        config: Path | None = None,
        become: str | None = None,
        become_password: Sensitive | None = None,
        control_dir: Path | None = None,
        connect_timeout: int = 10,
    ) -> None:
        self.name = name
        self._address = address
        self._options = _options(user, port, config, connect_timeout)
        self._control = _control_path(control_dir, name, address, user, port)
        self._become, self._password = become, become_password
        self._user = user

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Run one script as the become user; raises ``Unreachable``."""
        hearing = _Hearing(listen)
        argv = [*self._ssh(), "--", self._address, self._remote()]
        try:
            done = run_child(
                argv, self._input(script), listen=hearing.hear, timeout=timeout
            )
        except subprocess.TimeoutExpired as error:
            said = f"no end after {error.timeout:.0f} s"
            raise trouble(self.name, said, started=hearing.begun) from error
        except OSError as error:
            raise trouble(self.name, str(error), started=False) from error
        if hearing.status is None:
            said = done.stderr.decode(errors="replace").strip()
            raise trouble(self.name, said, started=hearing.begun)
        return Result(hearing.status, bytes(hearing.kept), done.stderr)

    def close(self) -> None:
        """Leave the shared connection to end by itself after its idle time."""

    def disconnect(self) -> None:
        """End the shared connection now."""
        subprocess.run(
            [*self._ssh(), "-O", "exit", "--", self._address],
            capture_output=True,
            check=False,
        )

    def _ssh(self) -> list[str]:
        shared = ["-o", "ControlMaster=auto", "-o", "ControlPersist=120"]
        return ["ssh", *self._options, *shared, "-o", f"ControlPath={self._control}"]

    def _remote(self) -> str:
        """The remote command: a constant, with the name of the become user at most."""
        if self._become is None or self._become == self._user:
            return "exec sh -s"
        whom = quote(self._become)
        if self._password is None:
            already = f'[ "$(id -un)" = {whom} ] && exec sh -s'
            return f"{already}; exec sudo -n -u {whom} -- sh -s"
        return f"exec sudo -S -p '' -u {whom} -- sh -s"

    def _input(self, script: bytes) -> bytes:
        password = b""
        if self._password is not None and self._become not in (None, self._user):
            password = self._password.reveal().encode() + b"\n"
        body = script.rstrip(b"\n")
        return (
            password
            + _HEAD
            + b"(\n"
            + body
            + b"\n); printf '\\n@holdfast-ended %s\\n' $?\n"
        )


class _Hearing:
    """Takes the two lines of our own out of what a script prints."""

    def __init__(self, listen: Callable[[bytes], None] | None) -> None:
        self._listen = listen
        self.kept = bytearray()
        self.begun = False
        self.status: int | None = None

    def hear(self, line: bytes) -> None:
        """Take one line."""
        if not self.begun:
            self.begun = line == b"@holdfast-begun"
            return
        ended = re.fullmatch(rb"@holdfast-ended (\d+)", line)
        if ended:
            self.status = int(ended[1])
            return
        self.kept += line + b"\n"
        if self._listen:
            self._listen(line)


def _options(
    user: str | None, port: int | None, config: Path | None, timeout: int
) -> list[str]:
    options = ["-T", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={timeout}"]
    options += ["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
    if config is not None:
        options += ["-F", str(config)]
    if user is not None:
        options += ["-l", user]
    if port is not None:
        options += ["-p", str(port)]
    return options


def _control_path(
    folder: Path | None, name: str, address: str, user: str | None, port: int | None
) -> Path:
    """A path short enough for a socket, in a folder that is the user's alone."""
    whose = f"{folder}|{name}|{address}|{user}|{port}"
    short = sha256(whose.encode()).hexdigest()[:12]
    if folder is None or len(str(folder)) + 30 > _LONGEST_SOCKET:
        folder = Path(gettempdir()) / f"holdfast-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / short


_: type[Host] = SshHost
