"""Words for sh, quoted."""

from shlex import quote

__all__ = ["path", "quote"]


def path(target: str) -> str:
    """An absolute path on the target, below the root folder if the host has one."""
    return f'"$R"{quote(target)}'
