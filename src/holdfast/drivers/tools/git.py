"""Which version of the declaration this is."""

import subprocess
from pathlib import Path


def head(root: Path) -> str:
    """The commit checked out in ``root``; empty when it is no git repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--verify", "-q", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
