"""Branches and tags of a repository elsewhere, by ``git ls-remote``."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.ports.forge import Remote
from holdfast.problems import HoldfastError, Problem

_LINE = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\t(refs/(?:heads|tags)/\S+)")
_PASSWORD = re.compile(r"//[^/@\s]*@")
_PEELED = "^{}"


@dataclass(frozen=True, slots=True)
class GitRemote:
    """
    A repository by its URL or path; never asks anybody for a password.

    ``seconds`` is how long git may take.
    """

    url: str
    seconds: float = 30

    def refs(self) -> Mapping[str, str]:
        """The commit of each branch and tag; raises ``HoldfastError``."""
        command = ["git", "ls-remote", "--heads", "--tags", "--", self.url]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=self.seconds,
                stdin=subprocess.DEVNULL,
                env=_environment(),
            )
        except subprocess.TimeoutExpired as error:
            said = f"git did not answer within {self.seconds:g} seconds"
            raise HoldfastError(_unreachable(self.url, said)) from error
        except OSError as error:
            raise HoldfastError(_unreachable(self.url, str(error))) from error
        if done.returncode:
            raise HoldfastError(_unreachable(self.url, done.stderr.strip()))
        return _read(done.stdout)


def _read(text: str) -> dict[str, str]:
    """What was printed; a peeled tag (``^{}``) stands for the tag itself."""
    found: dict[str, str] = {}
    peeled: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            name = match[2].removesuffix(_PEELED)
            (peeled if match[2] != name else found)[name] = match[1]
    return {**found, **peeled}


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
        "LC_ALL": "C",
    }


def _unreachable(url: str, said: str) -> Problem:
    place = _PASSWORD.sub("//", url)
    return Problem(
        code="forge.unreachable",
        summary=f"The repository {place} cannot be looked at",
        detail=f"{_PASSWORD.sub('//', said)}. No push was noticed.",
        next_step=f"Try it: git ls-remote {place}",
    )


_: type[Remote] = GitRemote
