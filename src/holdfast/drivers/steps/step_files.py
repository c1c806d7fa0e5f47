"""What a step's process leaves in its folder, as both sides of it read and write it."""

import errno
import fcntl
import json
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import get_ident
from time import CLOCK_BOOTTIME, clock_gettime
from typing import Any

KEEPER = "keeper"
"""
Who keeps the command, and then how it ended; locked for as long as it is kept.

One file, since new files are what costs most of all when a step begins.
"""

OUTPUT, MOMENTS, MASKS, SAID = "output", "moments", "masks", "said"
LEASE = "lease"
"""In the folder of all steps."""

VOID = "void"
"""What has this never begins."""

CANCEL = "cancel"
"""What has this is to end."""

LOOK = signal.SIGUSR1
"""Tells a shim to look whether the command it keeps now is to end."""

STARTED, LEFT, FREE, LEASE_OVER = b"s", b"e", b"f", b"o"
"""
What a shim says: its command has started; it has ended and left something running; it
has ended and the shim may keep another; nothing was started.
"""

_WHO, _RESERVED = 64, 4096
"""Bytes of who keeps it, and of that with the room for how it ended."""


def boot_time() -> float:
    """Seconds since the machine started, asleep or not; no clock change moves it."""
    return clock_gettime(CLOCK_BOOTTIME)


def is_full(error: OSError) -> bool:
    """Whether the disk did not take what was written, full or broken."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def write_lease(folder: Path, until: float) -> None:
    """
    Say until when, in :func:`boot_time`, the lease of all steps below is held.

    A new file takes the place of the one before. A full disk has no room for a new one:
    then the one before is written over, which is as long as every other.
    """
    said = f"{until:017.3f}".encode("ascii")
    fresh = folder / f"{LEASE}.{os.getpid()}.{get_ident()}"
    try:
        fresh.write_bytes(said)
        fresh.rename(folder / LEASE)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        if not is_full(error):
            raise
        with (folder / LEASE).open("r+b", buffering=0) as file:
            file.write(said)


def begin(held: int, process: str) -> None:
    """
    Say which process is at work in the folder that is held.

    First it takes the room for the last word, so that a full disk cannot swallow it.
    """
    os.pwrite(held, b" " * _RESERVED, 0)
    os.pwrite(held, process.encode(), 0)


def write_ended(held: int, body: dict[str, Any]) -> None:
    """
    Write the last word into its room.

    It is not waited for the disk: a machine that loses its power meanwhile leaves no
    word, and what became of the step is then in doubt, as it is.
    """
    os.pwrite(held, json.dumps(body).encode()[: _RESERVED - _WHO], _WHO)


def read_ended(folder: Path) -> dict[str, Any] | None:
    """The last word, ``None`` while there is none."""
    try:
        body: dict[str, Any] = json.loads((folder / KEEPER).read_bytes()[_WHO:])
    except (FileNotFoundError, ValueError):
        return None
    return body


def add_line(folder: Path, name: str, text: str) -> None:
    """
    Keep a text that may hold a secret, on the site and for its owner alone.

    Raises ``OSError`` when it does not fit: then nothing of it is kept.
    """
    line = json.dumps(text).encode() + b"\n"
    handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if os.write(handle, line) < len(line):
            os.ftruncate(handle, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
    finally:
        os.close(handle)


def read_lines(folder: Path, name: str) -> tuple[str, ...]:
    """The texts that were kept under a name."""
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    return tuple(json.loads(line) for line in text.splitlines())


def add_moment(folder: Path, size: int) -> None:
    """Note that the output had this length now."""
    at = datetime.now(UTC).timestamp()
    with suppress(OSError), (folder / MOMENTS).open("a", encoding="ascii") as file:
        file.write(f"{size} {at:.3f}\n")


def this_process() -> str:
    """The process that asks, so that no later one of its number is taken for it."""
    pid = os.getpid()
    return f"{pid} {started(pid)}"


def read_pid(folder: Path) -> int | None:
    """The process at work here, if it is still that one."""
    try:
        pid, start = _who(folder).split()
    except ValueError:
        return None
    return int(pid) if started(int(pid)) == start else None


def ask_to_end(folder: Path) -> None:
    """
    Ask the process at work here to end its command.

    It may be at work elsewhere by now: then it finds nothing that was meant for it. On a
    full disk, where that cannot be said, it ends whatever it keeps.
    """
    pid = read_pid(folder)
    if pid is None:
        return
    number = LOOK
    try:
        (folder / CANCEL).touch(mode=0o600)
    except OSError:
        number = signal.SIGTERM
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def is_asked_to_end(folder: Path) -> bool:
    """Whether its command is to end."""
    return (folder / CANCEL).exists()


def started(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_begun(folder: Path) -> bool:
    """Whether a process began here, at work or ended."""
    return bool(_who(folder).strip())


def is_void(folder: Path) -> bool:
    """Whether nothing may begin here."""
    return (folder / VOID).exists()


def make_void(folder: Path) -> bool:
    """Let nothing begin here; ``False`` when somebody holds it or it has begun."""
    try:
        handle = lock(folder)
    except BlockingIOError:
        return False
    try:
        if is_begun(folder):
            return False
        (folder / VOID).touch(mode=0o600)
    finally:
        os.close(handle)
    return True


def lock(folder: Path) -> int:
    """Hold the folder for as long as the process lives, or raise ``BlockingIOError``."""
    handle = os.open(folder / KEEPER, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


def is_held(folder: Path) -> bool:
    """Whether a process holds the folder."""
    try:
        handle = os.open(folder / KEEPER, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _who(folder: Path) -> str:
    try:
        with (folder / KEEPER).open("rb") as file:
            return file.read(_WHO).decode("ascii")
    except OSError:
        return ""
