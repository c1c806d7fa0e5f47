"""What a step's process leaves in its folder, as both sides of it read and write it."""

import fcntl
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime
from typing import Any

LOCK, PID, OUTPUT, MOMENTS, MASKS, SAID, ENDED = (
    "lock",
    "pid",
    "output",
    "moments",
    "masks",
    "said",
    "ended",
)
LEASE = "lease"
VOID = "void"
"""What has this never begins."""

_RESERVED = 4096


def boot_time() -> float:
    """Seconds since the machine started, asleep or not; no clock change moves it."""
    return clock_gettime(CLOCK_BOOTTIME)


def reserve(folder: Path) -> None:
    """Take the room for the last word, so that a full disk cannot swallow it."""
    (folder / f"{ENDED}.new").write_bytes(b" " * _RESERVED)


def write_ended(folder: Path, body: dict[str, Any]) -> None:
    """
    Write the last word: whole or not at all.

    It is not waited for the disk: a machine that loses its power meanwhile leaves no
    word, and what became of the step is then in doubt, as it is.
    """
    text = json.dumps(body).encode()[:_RESERVED]
    fresh = folder / f"{ENDED}.new"
    handle = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(handle, text.ljust(_RESERVED), 0)
    os.close(handle)
    fresh.rename(folder / ENDED)


def read_ended(folder: Path) -> dict[str, Any] | None:
    """The last word, ``None`` while there is none."""
    try:
        body: dict[str, Any] = json.loads((folder / ENDED).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return body


def add_line(folder: Path, name: str, text: str) -> None:
    """Keep a text that may hold a secret, on the site and for its owner alone."""
    handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, json.dumps(text).encode() + b"\n")
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


def write_pid(folder: Path) -> None:
    """Say which process is at work here."""
    pid = os.getpid()
    (folder / PID).write_text(f"{pid} {started(pid)}", encoding="ascii")


def read_pid(folder: Path) -> int | None:
    """The process at work here, if it is still that one."""
    try:
        pid, start = (folder / PID).read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return int(pid) if started(int(pid)) == start else None


def started(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_begun(folder: Path) -> bool:
    """Whether a process began here, at work or ended."""
    return (folder / PID).exists()


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
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


def is_held(folder: Path) -> bool:
    """Whether a process holds the folder."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
