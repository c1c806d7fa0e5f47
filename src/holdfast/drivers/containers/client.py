"""podman or docker on this machine: which there is, and one call of it."""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from holdfast.drivers.containers import words
from holdfast.drivers.containers.inside import env_file
from holdfast.ports import Image
from holdfast.problems import HoldfastError, Problem

_CLIENTS = ("podman", "docker")
_LOOK = 20
_SYSTEMD = Path("/run/systemd/system")
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
_HUB = "https://index.docker.io/v1/"


@dataclass(frozen=True, slots=True)
class Client:
    """One of them; ``program`` is its path."""

    program: str

    @property
    def name(self) -> str:
        """``podman`` or ``docker``."""
        return Path(self.program).name

    @property
    def env(self) -> dict[str, str]:
        """What it sees of the environment: what a worker passes on, and its own."""
        own = own_environment({"PATH": os.defpath})
        if not _SYSTEMD.exists():
            own["DISABLE_HC_SYSTEMD"] = "true"
        return own

    def ask(self, *asked: str) -> "subprocess.CompletedProcess[str]":
        """Call it; what it says is the answer."""
        return subprocess.run(
            [self.program, *asked],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def do(
        self, asked: Sequence[str], env: Mapping[str, str], after: Sequence[str] = ()
    ) -> str:
        """
        Call it with variables for a container, which come between the words.

        What it says on the way is printed; its answer comes back. Raises
        ``HoldfastError``.
        """
        held = {n: v for n, v in env.items() if words.is_the_clients(n)}
        plain = {n: v for n, v in env.items() if n not in held}
        more, handle = env_file(held)
        argv = [self.program, *asked, *more, *words.passed(plain), *after]
        done = subprocess.run(
            argv,
            env={**plain, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            pass_fds=() if handle is None else (handle,),
        )
        if handle is not None:
            os.close(handle)
        if done.returncode:
            raise HoldfastError(_failed(self.name, asked[0], done.returncode))
        return done.stdout.strip()

    def pull(self, image: Image) -> None:
        """Fetch an image with a name and a password, which touch no argument list."""
        with _credentials(image) as folder:
            config = str(folder / "config.json")
            asked = (
                ["pull", "-q", "--authfile", config, image.image]
                if self.name == "podman"
                else ["--config", str(folder), "pull", "-q", image.image]
            )
            self.do(asked, {})


def own_environment(env: Mapping[str, str]) -> dict[str, str]:
    """
    Variables with those that mean something to a client as this process has them.

    What a job declares for its steps does not say which containers it is about.
    """
    theirs = {n: v for n, v in env.items() if not words.is_the_clients(n)}
    ours = {n: v for n, v in os.environ.items() if words.is_the_clients(n)}
    return {**theirs, **ours}


def find_client() -> Client | None:
    """The one that works here; ``HOLDFAST_CONTAINERS`` may name it, or ``none``."""
    wanted = os.environ.get("HOLDFAST_CONTAINERS", "")
    for name in (wanted,) if wanted else _CLIENTS:
        program = shutil.which(name)
        if program and _works(program):
            return Client(program)
    return None


def _works(program: str) -> bool:
    """Whether it answers: a docker without its daemon does not."""
    try:
        done = subprocess.run(
            [program, "info"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_LOOK,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def _credentials(image: Image) -> Iterator[Path]:
    """A folder with a file that only its owner may read, for as long as it is needed."""
    where = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="holdfast-", dir=where) as folder:
        registry = words.registry_of(image.image)
        basic = b64encode(f"{image.username}:{image.password}".encode()).decode()
        names = (registry, _HUB) if registry == "docker.io" else (registry,)
        file = Path(folder) / "config.json"
        file.touch(mode=0o600)
        file.write_text(
            json.dumps({"auths": {name: {"auth": basic} for name in names}})
        )
        yield Path(folder)


def _failed(client: str, verb: str, status: int) -> Problem:
    return Problem(
        code="containers.failed",
        summary=f"{client} {verb} failed",
        detail=f"It ended with {status}; what it said is above. What was started for the "
        "job is removed when the job ends.",
        next_step=f"Look at what {client} says, and try it there.",
    )
