"""Small files that only their owner may read, whole or not at all; and what moved."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import get_ident

from holdfast.problems import HoldfastError, Problem


def write_private(path: Path, content: bytes) -> None:
    """Write beside, sync, rename; mode 0600. Raises ``HoldfastError``."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise HoldfastError(_unwritten(path, error)) from error


def write_once(path: Path, content: bytes) -> None:
    """Write a file unless it is there; mode 0600, whole. Raises ``HoldfastError``."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(part)
    except OSError as error:
        raise HoldfastError(_unwritten(path, error)) from error
    finally:
        part.unlink(missing_ok=True)


def read_or_make_key(path: Path) -> bytes:
    """
    32 random bytes that stay the same; made, and on disk, when there are none.

    Raises ``HoldfastError`` when they cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    except OSError as error:
        raise HoldfastError(_unwritten(path, error)) from error
    with os.fdopen(handle, "wb") as file:
        made = os.urandom(32)
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


def stamps(paths: Iterable[Path]) -> tuple[object, ...]:
    """What changes when a file or a folder does; nothing is read. For comparing."""
    return tuple((str(path), _stamp(path)) for path in paths)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino


def _unwritten(path: Path, error: OSError) -> Problem:
    return Problem(
        code="app.unwritable",
        summary=f"{path.name} cannot be written",
        detail=f"{path}: {error.strerror}. The file that was there is untouched.",
        next_step=f"Make room and the folder writable: ls -ld {path.parent}",
    )
