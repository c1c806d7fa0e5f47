"""Folders of jobs on this machine's disk."""

import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from holdfast.ports import JobFolders, Machine, StepFiles, Workplace

_PASSED = (
    "PATH HOME LANG LANGUAGE TZ USER LOGNAME SHELL http_proxy https_proxy no_proxy "
    "HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR"
)
_MORE = "HOLDFAST_STEP_ENV"
"""Names of more variables that steps get, separated by commas."""

_ARCHITECTURES = {"x86_64": "X64", "aarch64": "ARM64", "armv7l": "ARM", "i686": "X86"}
_MOST = 64 * 1024 * 1024

_WRITTEN = ("output", "env", "path", "state", "summary.md")
"""What a step may write to."""


class LocalWorkplace:
    """Below one folder: ``RUN/JOB/workspace``, ``RUN/JOB/temp``, ``tools``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._spare: dict[tuple[str, str], Path] = {}
        self.machine = machine_of(name, os.environ)

    def folders(self, run: str, job: str, /) -> JobFolders:
        """The folders of a job; made when they are not there."""
        home = self._folder / run / job
        made = JobFolders(home / "workspace", home / "temp", self._folder / "tools")
        for folder in (made.workspace, made.temp, made.tools):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return made

    def files(self, key: str, suffix: str = "") -> StepFiles:
        """The files of an attempt; made empty when they are not there."""
        run, job, *rest = key.split("/")
        temp = self._folder / run / job / "temp"
        home = temp / "-".join(["step", *rest])
        made = StepFiles(
            script=home / f"script{suffix}",
            event=temp / "event.json",
            output=home / "output",
            env=home / "env",
            path=home / "path",
            state=home / "state",
            summary=home / "summary.md",
            kept=home / "kept.json",
        )
        if not made.summary.exists():
            self.folders(run, job)
            self._make(home, self._spare.pop((run, job), None))
        return made

    def spare(self, key: str, /) -> None:
        """
        Let the next step have the files of an attempt, if they are still empty.

        To make new ones is a good part of what a step costs: each takes an inode, and a
        file system that has just let go of many searches long for one.
        """
        run, job, *rest = key.split("/")
        home = self._folder / run / job / "temp" / "-".join(["step", *rest])
        self._spare[run, job] = home

    def _make(self, home: Path, spare: Path | None) -> None:
        """The folder of an attempt with its empty files."""
        if spare is not None and _is_unused(spare):
            with suppress(OSError):
                spare.rename(home)
                return
        home.mkdir(mode=0o700, exist_ok=True)
        for name in _WRITTEN:
            os.close(os.open(home / name, os.O_WRONLY | os.O_CREAT, 0o600))

    def write(self, path: Path, content: str, /) -> None:
        """Write a file only its owner may read."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(content)

    def read(self, path: Path, /) -> str:
        """A file's text, empty when it is not there; most have nothing in them."""
        try:
            if not path.stat().st_size:
                return ""
            with path.open("rb") as file:
                return file.read(_MOST).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def hash_of(self, workspace: Path, patterns: Sequence[str], /) -> str:
        """SHA-256 over the SHA-256 of each file, in the order of their names."""
        wanted: dict[Path, None] = {}
        for pattern in patterns:
            without = pattern.startswith("!")
            for path in sorted(workspace.glob(_below(pattern, workspace))):
                if without:
                    wanted.pop(path, None)
                elif path.is_file():
                    wanted[path] = None
        if not wanted:
            return ""
        whole = sha256()
        for path in wanted:
            with path.open("rb") as file:
                one = sha256()
                while part := file.read(1 << 20):
                    one.update(part)
            whole.update(one.digest())
        return whole.hexdigest()

    def leave(self, run: str, job: str, /) -> None:
        """Remove everything of a job."""
        self._spare.pop((run, job), None)
        shutil.rmtree(self._folder / run / job, ignore_errors=True)
        home = self._folder / run
        if home.is_dir() and not any(home.iterdir()):
            shutil.rmtree(home, ignore_errors=True)


def machine_of(name: str, environment: Mapping[str, str]) -> Machine:
    """The machine, and the variables that steps get from the worker's environment."""
    names = [*_PASSED.split(), *environment.get(_MORE, "").replace(",", " ").split()]
    names += [key for key in environment if key.startswith("LC_")]
    return Machine(
        name=name,
        os={"Darwin": "macOS"}.get(platform.system(), platform.system()),
        arch=_ARCHITECTURES.get(platform.machine(), platform.machine()),
        has_bash=shutil.which("bash") is not None,
        environment=tuple(
            (key, environment[key]) for key in names if key in environment
        ),
    )


def _is_unused(home: Path) -> bool:
    """Whether there are the files of an attempt, and nothing was written to them."""
    with suppress(OSError), os.scandir(home) as found:
        files = [one for one in found if not one.name.startswith("script")]
        return {one.name for one in files} == set(_WRITTEN) and not any(
            one.is_symlink() or one.stat().st_size for one in files
        )
    return False


def _below(pattern: str, workspace: Path) -> str:
    """A pattern as one below the workspace."""
    plain = pattern.lstrip("!").strip().removeprefix(f"{workspace}/").removeprefix("./")
    return plain.lstrip("/") or "."


_: type[Workplace] = LocalWorkplace
