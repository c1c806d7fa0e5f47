"""``actions/setup-*``: a version of a language that is on this machine already."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_PROGRAMS = {
    "python": (("python{0}", "python3", "python"), ("--version",)),
    "node": (("node", "nodejs"), ("--version",)),
    "go": (("go",), ("version",)),
    "java": (("java",), ("-version",)),
}
_HOW = {
    "python": "apt install python{0} (or put it first in the worker's PATH)",
    "node": "apt install nodejs",
    "go": "apt install golang",
    "java": "apt install openjdk-{0}-jdk-headless",
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that was found: its version, its path, and the folder it is in."""

    version: str
    path: Path

    @property
    def folder(self) -> Path:
        """What goes first into ``PATH``."""
        return self.path.parent


def find_tool(language: str, wanted: str) -> Tool | str:
    """
    A program whose version fits, else a sentence on what is there and what to install.

    ``wanted`` is a version (``3.11``, ``20``), with ``x`` for any part, a lower bound
    (``>=3.9``), or empty for any.
    """
    names, arguments = _PROGRAMS[language]
    seen: list[str] = []
    short = ".".join(wanted.lstrip(">=^~v ").split(".")[:2]).removesuffix(".x")
    for name in names:
        found = shutil.which(name.format(short))
        if found is None:
            continue
        version = _version(found, arguments)
        if version and fits(version, wanted):
            return Tool(version, Path(found))
        seen.append(f"{found} is {version or 'of no known version'}")
    there = "; ".join(seen) or f"there is no {language} in PATH"
    how = _HOW[language].format(short or "VERSION")
    return f"{language} {wanted} is not on this machine: {there}. Install it: {how}"


def fits(version: str, wanted: str) -> bool:
    """Whether a version is one that is wanted."""
    text = wanted.strip().removeprefix("v")
    if text in ("", "*", "x", "latest", "lts/*", "stable", "node", "current"):
        return True
    have = _parts(version)
    if text.startswith(">="):
        return have >= _parts(text[2:])
    need = _parts(text.lstrip("=^~"))
    if text.startswith("^"):
        return have[:1] == need[:1] and have >= need
    return have[: len(need)] == need


def _version(program: str, arguments: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _VERSION.search(done.stdout + done.stderr)
    return found[0] if found else ""


def _parts(text: str) -> tuple[int, ...]:
    found = _VERSION.search(text)
    return tuple(int(part) for part in found.groups() if part) if found else ()
