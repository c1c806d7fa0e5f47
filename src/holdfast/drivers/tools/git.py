"""What the project's own repository says."""

import os
import re
import subprocess
from pathlib import Path

_REMOTE = re.compile(r"[:/]([^:/]+/[^/]+?)(?:\.git)?/?$")

_Mark = tuple[int, int, int] | None
_answers: dict[tuple[Path, tuple[str, ...]], tuple[tuple[_Mark, ...], str]] = {}
"""What git said last, and the marks of the files it said it from."""


def head(root: Path) -> str:
    """The commit checked out in ``root``; empty when it is no git repository."""
    return _said(root, "rev-parse", "--verify", "-q", "HEAD")


def branch(root: Path) -> str:
    """The branch checked out in ``root``; empty for none."""
    return _said(root, "symbolic-ref", "--short", "-q", "HEAD")


def repository(root: Path) -> str:
    """``owner/name`` of where ``root`` was cloned from; empty when that is not known."""
    found = _REMOTE.search(_said(root, "config", "--get", "remote.origin.url"))
    return found[1] if found else ""


def _said(root: Path, *words: str) -> str:
    """What git says; it is asked again when a file it answers from has changed."""
    marks = _marks(root)
    asked = (root, words)
    if marks is None or _answers.get(asked, ((), ""))[0] != marks:
        _answers[asked] = (marks or (), _asked(root, words))
    return _answers[asked][1]


def _asked(root: Path, words: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _marks(root: Path) -> tuple[_Mark, ...] | None:
    """
    Marks of the files that say what is checked out and where it came from.

    ``None`` where that cannot be told: then git is asked every time. Git replaces these
    files and never writes into them, so a change is always another file.
    """
    if any(name in os.environ for name in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_CONFIG")):
        return None
    found = next(
        (p / ".git" for p in (root, *root.parents) if (p / ".git").exists()), None
    )
    if found is None:
        return (None,)
    try:
        own = _pointed(found, "gitdir: ") if found.is_file() else found
        shared = _pointed(own / "commondir") if (own / "commondir").exists() else own
        ref = (own / "HEAD").read_text(encoding="utf-8").removeprefix("ref: ").strip()
    except (OSError, UnicodeDecodeError):
        return None
    heads = (own / "HEAD", shared / ref, shared / "packed-refs", shared / "reftable")
    config = (shared / "config", own / "config.worktree", Path.home() / ".gitconfig")
    return tuple(_mark(path) for path in (found, *heads, *config))


def _pointed(file: Path, before: str = "") -> Path:
    """The folder a file names, from where the file is."""
    return file.parent / file.read_text(encoding="utf-8").removeprefix(before).strip()


def _mark(path: Path) -> _Mark:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size
