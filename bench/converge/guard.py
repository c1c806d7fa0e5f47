"""Fail loudly if a tool under test touched this machine outside the bench's folder."""

import sys
from pathlib import Path

WATCHED = [
    "/",
    "/usr",
    "/usr/sbin",
    "/usr/bin",
    "/usr/games",
    "/dev",
    "/etc",
    "/var",
    "/var/mail",
    "/var/spool",
    "/etc/passwd",
    "/etc/group",
    "/etc/shadow",
    "/var/backups",
    "/var/www",
    "/bin",
]
Seen = dict[str, tuple[int, int, int] | None]


def seen() -> Seen:
    """Owner, group and mode of what must not change."""
    found: Seen = {}
    for name in WATCHED:
        try:
            status = Path(name).lstat()
        except FileNotFoundError:
            found[name] = None
        else:
            found[name] = (status.st_uid, status.st_gid, status.st_mode)
    return found


def check(before: Seen) -> None:
    """End the bench when something changed."""
    after = seen()
    moved = {name: after[name] for name in WATCHED if after[name] != before[name]}
    if moved:
        sys.exit(f"a tool touched this machine: {moved}")
