"""What the project's own repository says."""

import re
import subprocess
from pathlib import Path

_REMOTE = re.compile(r"[:/]([^:/]+/[^/]+?)(?:\.git)?/?$")


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
