"""Artifacts of runs and caches of jobs, as archives in a folder of the project's state."""

import json
import os
import re
import tarfile
from collections.abc import Sequence
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path

from holdfast.problems import HoldfastError, Problem

_ODD = re.compile(r"[^A-Za-z0-9._-]")


class Archives:
    """Named archives; one is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, files: Sequence[Path], root: Path) -> str:
        """Keep files under their names below ``root``; the archive's digest."""
        at = self._path(name)
        at.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = at.with_suffix(f".{os.getpid()}.part")
        with tarfile.open(part, "w:gz", compresslevel=3) as archive:
            for file in files:
                archive.add(file, arcname=_inside(file, root), recursive=False)
        part.replace(at)
        at.with_suffix(".json").write_text(json.dumps({"name": name}), encoding="utf-8")
        return _digest(at)

    def has(self, name: str) -> bool:
        """Whether there is one of that name."""
        return self._path(name).exists()

    def newest(self, prefix: str) -> str:
        """The newest name that begins so; empty for none."""
        found = [
            (path.stat().st_mtime, json.loads(path.read_text(encoding="utf-8"))["name"])
            for path in self._folder.glob("*.json")
        ]
        fitting = sorted(one for one in found if one[1].startswith(prefix))
        return str(fitting[-1][1]) if fitting else ""

    def names(self, prefix: str = "") -> tuple[str, ...]:
        """Every name that begins so, in order."""
        every = (
            json.loads(path.read_text(encoding="utf-8"))["name"]
            for path in self._folder.glob("*.json")
        )
        return tuple(sorted(name for name in every if name.startswith(prefix)))

    def restore(self, name: str, into: Path) -> int:
        """Put the files of one back below a folder; how many. Raises ``HoldfastError``."""
        at = self._path(name)
        if not at.exists():
            raise HoldfastError(_missing(name, self.names()))
        into.mkdir(parents=True, exist_ok=True)
        at.touch()
        with tarfile.open(at, "r:gz") as archive:
            members = archive.getmembers()
            archive.extractall(into, members, filter="data")
        return len(members)

    def forget(self, prefix: str) -> None:
        """Remove everything whose name begins so."""
        for name in self.names(prefix):
            self._path(name).unlink(missing_ok=True)
            self._path(name).with_suffix(".json").unlink(missing_ok=True)

    def older(self, before: datetime, /) -> tuple[str, ...]:
        """Names of those that were not kept or restored since."""
        moment = before.timestamp()
        return tuple(n for n in self.names() if self._used(n) < moment)

    def drop(self, name: str, /) -> int:
        """Remove one; how many bytes it had."""
        size = self.size(name)
        self._path(name).unlink(missing_ok=True)
        self._path(name).with_suffix(".json").unlink(missing_ok=True)
        return size

    def size(self, name: str, /) -> int:
        """How many bytes one has."""
        at = self._path(name)
        return at.stat().st_size if at.exists() else 0

    def _used(self, name: str) -> float:
        at = self._path(name)
        return at.stat().st_mtime if at.exists() else 0.0

    def _path(self, name: str) -> Path:
        plain = _ODD.sub("_", name)[:80]
        return self._folder / f"{plain}-{sha256(name.encode()).hexdigest()[:12]}.tar"


def _inside(file: Path, root: Path) -> str:
    try:
        return str(file.relative_to(root))
    except ValueError:
        return str(file).lstrip("/")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _missing(name: str, known: Sequence[str]) -> Problem:
    return Problem(
        code="builtin.no-archive",
        summary=f"There is no archive `{name}`",
        detail=f"There are: {', '.join(known) or 'none'}.",
        next_step="Upload it in a job that this one needs.",
    )
