"""What could be in the way on this machine, and the fix for each."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from holdfast import load
from holdfast.app.checking import check_project
from holdfast.app.opening.databases import address_of
from holdfast.declare import lasting
from holdfast.drivers.clock import SystemClock
from holdfast.drivers.stores import sheet_of_outbox
from holdfast.engine.outbox import SORTS
from holdfast.kinds import BUILT_IN
from holdfast.ports import OutboxSheet
from holdfast.problems import HoldfastError, Severity

_OLDEST = (3, 11)
_FREE_MB = 200
_OLD = 3600
"""So many seconds a letter may be on its way before anybody has to look."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One check: its name, ``ok`` or ``warning`` or ``error``, what was seen, the fix."""

    check: str
    state: str
    seen: str
    fix: str = ""

    def data(self) -> dict[str, str]:
        """The finding for machines."""
        return asdict(self)


def examine(directory: Path) -> tuple[Examined, ...]:
    """Every check in turn; none of them changes anything or asks a host."""
    root = load.find_root(directory)
    return (
        _python(),
        *_programs(),
        _project(directory),
        *_state(root or directory),
        *(_outbox(root) if root else ()),
    )


def _python() -> Examined:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _OLDEST:
        return Examined("python", "error", version, "Install Python 3.11 or newer.")
    return Examined("python", "ok", version)


def _programs() -> Iterator[Examined]:
    for name, needed_for in (
        ("ssh", "hosts with driver ssh"),
        ("git", "naming the version of the declaration"),
        ("podman", "hosts with driver container (or docker)"),
    ):
        found = shutil.which(name) or (
            shutil.which("docker") if name == "podman" else None
        )
        if found:
            yield Examined(name, "ok", found)
        else:
            seen = f"not found; needed for {needed_for}"
            yield Examined(name, "warning", seen, f"apt-get install {_package(name)}")


def _package(name: str) -> str:
    return "openssh-client" if name == "ssh" else name


def _project(directory: Path) -> Examined:
    found, files = check_project(directory)
    problems = sorted(found, key=lambda problem: -problem.severity.rank)
    grave = [p for p in problems if p.severity is not Severity.NOTE]
    if not grave:
        return Examined("project", "ok", f"{len(files)} files without a problem")
    first = f"{len(grave)} problems, the gravest: {grave[0]}"
    state = grave[0].severity.value
    return Examined("project", state, first, "See them all: holdfast check")


def _state(root: Path) -> Iterator[Examined]:
    free = shutil.disk_usage(root).free // 2**20
    enough = "ok" if free >= _FREE_MB else "error"
    fix = (
        "" if free >= _FREE_MB else f"Free at least {_FREE_MB} MB where the project is."
    )
    yield Examined("disk", enough, f"{free} MB free", fix)
    for path, wanted in (
        (root / ".holdfast", 0o700),
        (root / ".holdfast" / "holdfast.db", 0o600),
        (root / ".holdfast" / "key", 0o600),
    ):
        if path.exists():
            yield _permissions(path, wanted)
    writable = os.access(root, os.W_OK)
    yield Examined(
        "writable",
        "ok" if writable else "error",
        str(root),
        "" if writable else f"chmod u+w {root}",
    )


def _outbox(root: Path) -> Iterator[Examined]:
    """What was to be told and was not, where anybody is to be told anything."""
    project = load.load(root, {kind.name: kind for kind in BUILT_IN}).project
    if project is None or not (project.notify.channels or project.subscribers):
        return
    where = address_of(root / ".holdfast", project.database)
    try:
        sheet = sheet_of_outbox(*where, SystemClock().now(), SORTS)
    except HoldfastError as error:
        problem = error.problems[0]
        yield Examined("outbox", "error", problem.summary, problem.next_step)
        return
    yield from examined(sheet)


def examined(sheet: OutboxSheet) -> Iterator[Examined]:
    """What is to be said of the way out."""
    dead, failing = sheet.count("dead"), sheet.count("failing")
    if dead:
        seen, fix = (
            f"dead letters: {dead}",
            "See them: holdfast outbox list --state dead",
        )
        yield Examined("outbox", "warning", seen, fix)
    if sheet.is_left:
        since = lasting(int(sheet.late) // 60 * 60)
        seen = f"nobody delivers: something is due for {since}"
        fix = "Start a server, which does; a worker does not: holdfast serve"
        yield Examined("outbox", "error", seen, fix)
    elif failing and sheet.age > _OLD:
        since = lasting(int(sheet.age) // 60 * 60)
        seen = f"not taken: {failing}, the oldest for {since}"
        fix = "See why: holdfast outbox list"
        yield Examined("outbox", "warning", seen, fix)
    elif not dead:
        waiting = sheet.count("waiting") + failing
        yield Examined("outbox", "ok", f"on their way: {waiting}")


def _permissions(path: Path, wanted: int) -> Examined:
    mode = path.stat().st_mode & 0o777
    if mode & ~wanted:
        return Examined(
            path.name, "error", f"mode {mode:04o}", f"chmod {wanted:04o} {path}"
        )
    return Examined(path.name, "ok", f"mode {mode:04o}")
