"""The folders a job works in, and the files its steps talk to their run with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class JobFolders:
    """
    What one job has to itself on one site.

    ``workspace`` is where its steps begin, ``temp`` is emptied with the job, ``tools`` is
    shared by all jobs of the site.
    """

    workspace: Path
    temp: Path
    tools: Path

    @property
    def around(self) -> Path:
        """The job's own folder that holds the workspace: GitHub's ``runner.workspace``."""
        return self.workspace.parent


@dataclass(frozen=True, slots=True)
class StepFiles:
    """The files of one attempt: what it reads, and may write; its job has one ``event``."""

    script: Path
    event: Path
    output: Path
    env: Path
    path: Path
    state: Path
    summary: Path
    kept: Path
    """Made only when something of it is kept from the ledger."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the worker's machine is, in GitHub's words: ``Linux``, ``X64``."""

    name: str
    os: str
    arch: str
    has_bash: bool = True
    environment: tuple[tuple[str, str], ...] = ()
    """Variables of the worker that its steps get too."""


class Workplace(Protocol):
    """Folders of jobs on this site."""

    @property
    def machine(self) -> Machine:
        """The machine it is on."""
        ...

    def folders(self, run: str, job: str, /) -> JobFolders:
        """The folders of a job; made when they are not there."""
        ...

    def files(self, key: str, suffix: str = "") -> StepFiles:
        """The files of an attempt, by its key; made empty when they are not there."""
        ...

    def spare(self, key: str, /) -> None:
        """An attempt has ended, nothing of it is left, and its files were read."""
        ...

    def write(self, path: Path, content: str, /) -> None:
        """Write a file only its owner may read."""
        ...

    def read(self, path: Path, /) -> str:
        """A file's text, empty when it is not there; what is not UTF-8 is replaced."""
        ...

    def hash_of(self, workspace: Path, patterns: Sequence[str], /) -> str:
        """SHA-256 over the files below a folder that patterns name; empty for none."""
        ...

    def leave(self, run: str, job: str, /) -> None:
        """Remove everything of a job; harmless to repeat."""
        ...
