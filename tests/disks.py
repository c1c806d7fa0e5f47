"""A folder as a value, to be compared before and after."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def disk_of(root: Path) -> Mapping[str, object]:
    """Everything below a folder: sort, mode, owner and content of each path."""
    return {
        "/" + str(path.relative_to(root)): _state(path)
        for path in sorted(root.rglob("*"))
    }


def _state(path: Path) -> tuple[object, ...]:
    told = path.lstat()
    content: str | None = None
    if path.is_symlink():
        content = str(path.readlink())
    elif path.is_file():
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    return (oct(told.st_mode), told.st_uid, told.st_gid, content)
