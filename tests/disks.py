"""A folder as a value, to be compared before and after; and disks that are full."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


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


@contextmanager
def small(folder: Path, size: str) -> Iterator[Callable[[], Path]]:
    """
    A file system of that size (``256k``) at a folder; gives what fills it to the brim.

    What fills it gives the file that takes the room; who removes that has room again.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder.mkdir(parents=True, exist_ok=True)
    mount = ("mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs")
    subprocess.run([*mount, str(folder)], check=True)

    def fill() -> Path:
        filler = folder / "filler"
        with filler.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        return filler

    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
