"""A host behind OpenSSH, as the user's own configuration reaches it."""

import os
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR
from tempfile import mkdtemp
from threading import BoundedSemaphore, Lock

from holdfast.drivers.hosts.errors import trouble
from holdfast.drivers.hosts.shell import Shell, ShellEnded, command_for
from holdfast.model import Sensitive
from holdfast.ports import Host, Result

_LONGEST_SOCKET = 90
_SHORT = 40
_PLACES = BoundedSemaphore(64)
"""For kept shells: each is a process here and there."""


class SshHost:
    """
    Runs scripts through the ``ssh`` program.

    Everything in ``~/.ssh/config`` holds: jump hosts, certificates, the agent, known
    hosts, ``Match``. The first connection stays as the master of those after it
    (ControlMaster), and its shell stays for the next script, so that later ones cost no
    handshake and start nothing. A script travels on standard input and its own exit
    status comes back in a line of its output, so that an end of ``ssh`` always means
    the connection.
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
        self._kept: Shell | None = None
        self._lock = Lock()

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Run one script as the become user; raises ``Unreachable``."""
        shell = self._taken() or self._opened(timeout)
        try:
            result = shell.run(script, listen=listen, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            said = f"no end after {error.timeout:g} s"
            raise trouble(self.name, said, started=True) from error
        except ShellEnded as error:
            raise trouble(self.name, error.said, started=error.started) from error
        self._keep(shell)
        return result

    def close(self) -> None:
        """Let the kept shell go; the shared connection ends after its idle time."""
        shell = self._taken(asked=False)
        if shell:
            shell.close()

    def disconnect(self) -> None:
        """End the shared connection now."""
        subprocess.run(
            [*self._ssh(), "-O", "exit", "--", self._address],
            capture_output=True,
            check=False,
        )

    def _taken(self, *, asked: bool = True) -> Shell | None:
        """The kept shell, if there is one; ``asked`` when it must have said so."""
        with self._lock:
            shell, self._kept = self._kept, None
        if shell is None:
            return None
        _PLACES.release()
        if asked and not shell.still_there():
            shell.close()
            return None
        return shell

    def _opened(self, timeout: float | None) -> Shell:
        become = None if self._become == self._user else self._become
        password = self._password if become else None
        remote = command_for(become, password=password is not None)
        try:
            return Shell([*self._ssh(), "--", self._address, remote], password, timeout)
        except subprocess.TimeoutExpired as error:
            said = f"no answer after {error.timeout:g} s"
            raise trouble(self.name, said, started=False) from error
        except ShellEnded as error:
            raise trouble(self.name, error.said, started=False) from error
        except OSError as error:
            raise trouble(self.name, str(error), started=False) from error

    def _keep(self, shell: Shell) -> None:
        """Keep it for the next script if it is sound and there is a place for it."""
        with self._lock:
            if self._kept is None and shell.sound and _PLACES.acquire(blocking=False):
                self._kept = shell
                return
        shell.close()

    def _ssh(self) -> list[str]:
        shared = ["-o", "ControlMaster=auto", "-o", "ControlPersist=120"]
        return ["ssh", *self._options, *shared, "-o", f"ControlPath={self._control}"]


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
        folder = _short_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / short


def _short_folder() -> Path:
    """
    Where every process of the user finds the same sockets.

    Not ``$TMPDIR``: steps of runs have a deep one of their own. A folder in ``/tmp`` that
    somebody else made first is not used.
    """
    own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if own.is_absolute() and os.access(own, os.W_OK) and len(str(own)) <= _SHORT:
        return own / "holdfast"
    shared = Path(f"/tmp/holdfast-{os.getuid()}")  # noqa: S108 - checked below
    shared.mkdir(mode=0o700, exist_ok=True)
    return shared if _is_ours(shared) else Path(mkdtemp(prefix="hf-", dir="/tmp"))


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder, no link to one, that only this user may enter."""
    told = folder.lstat()
    alone = told.st_uid == os.getuid() and not told.st_mode & 0o077
    return S_ISDIR(told.st_mode) and alone


_: type[Host] = SshHost
