"""``actions/setup-*``: a version of a language that is on this machine already."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.drivers.builtin.versions import fits, found_in, short

_TIMEOUT = 120
_CACHES = ('"$RUNNER_TOOL_CACHE"', "/opt/hostedtoolcache")
_PLACES = {
    "python": (
        "$(command -v python{0})",
        "$(command -v python3)",
        "$(command -v python)",
        '"$HOME"/.pyenv/versions/*/bin/python',
        '"$HOME"/.local/share/uv/python/*/bin/python',
        "/usr/bin/python3.*[0-9]",
        "/usr/local/bin/python3.*[0-9]",
        *(f"{cache}/Python/*/*/bin/python" for cache in _CACHES),
    ),
    "node": (
        "$(command -v node)",
        "$(command -v nodejs)",
        '"$HOME"/.nvm/versions/node/*/bin/node',
        "/opt/node*/bin/node",
        *(f"{cache}/node/*/*/bin/node" for cache in _CACHES),
    ),
    "go": (
        "$(command -v go)",
        "/usr/local/go/bin/go",
        "/usr/lib/go-*/bin/go",
        '"$HOME"/sdk/go*/bin/go',
        *(f"{cache}/go/*/*/bin/go" for cache in _CACHES),
    ),
    "java": (
        "$(command -v java)",
        '"$JAVA_HOME"/bin/java',
        "/usr/lib/jvm/*/bin/java",
        '"$HOME"/.sdkman/candidates/java/*/bin/java',
        *(f"{cache}/Java_*/*/*/bin/java" for cache in _CACHES),
    ),
}
"""Where to look, as words of a shell; ``{0}`` is the version with two parts."""

_ASKS = {"go": "version", "java": "-version"}
_HOW = {
    "python": "apt install python{0} (or put it first in the worker's PATH)",
    "node": "apt install nodejs",
    "go": "apt install golang",
    "java": "apt install openjdk-{0}-jdk-headless",
}
_LOOK = """\
for one in {places}; do
    [ -x "$one" ] && [ ! -d "$one" ] || continue
    said=$("$one" {asks} 2>&1) && printf '%s\\t%s\\n' "$one" "$(echo "$said" | head -n 1)"
done
true
"""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that was found: its version, its path, and the folder it is in."""

    version: str
    path: Path

    @property
    def folder(self) -> Path:
        """What goes first into ``PATH``."""
        return self.path.parent


def find_tool(language: str, wanted: str, at: Sequence[str] = ()) -> Tool | str:
    """
    A program whose version fits, else a sentence on what is there and what to install.

    ``wanted`` is a version (``3.11``, ``20``), with ``x`` for any part, bounds
    (``>=3.9,<4``), or empty for any: then it is the first in ``PATH``, else the newest
    that fits. ``at`` are words to put before a command, for another place than here.
    """
    seen = _seen(language, wanted, at)
    fitting = [tool for tool in seen if fits(tool.version, wanted)]
    if fitting and not wanted:
        return fitting[0]
    if fitting:
        return max(fitting, key=lambda tool: found_in(tool.version))
    every = dict.fromkeys(f"{tool.path} is {tool.version}" for tool in seen)
    there = "; ".join(every) or f"there is no {language} in PATH"
    how = _HOW[language].format(short(wanted) or "VERSION")
    return f"{language} {wanted} is not on this machine: {there}. Install it: {how}"


def own_python(python: Path, folder: Path, at: Sequence[str] = ()) -> Path | None:
    """
    A Python of the job's own, with ``python`` and ``pip``: its programs' folder.

    What a job installs is gone with it, and the machine's Python stays as it is. ``None``
    when this Python cannot make one.
    """
    made = _run([*at, str(python), "-m", "venv", str(folder)])
    return folder / "bin" if made.returncode == 0 else None


def _seen(language: str, wanted: str, at: Sequence[str]) -> list[Tool]:
    places = " ".join(_PLACES[language]).format(short(wanted))
    script = _LOOK.format(places=places, asks=_ASKS.get(language, "--version"))
    lines = _run([*at, "sh", "-c", script]).stdout.splitlines()
    told = (line.partition("\t") for line in lines)
    return [
        Tool(".".join(map(str, version)), Path(path))
        for path, _, said in told
        if (version := found_in(said))
    ]


def _run(argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
