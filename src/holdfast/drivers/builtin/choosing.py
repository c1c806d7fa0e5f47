"""Which files the patterns of a `path:` name, and what their names are below."""

import glob
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

_MARKS = "*?["


def chosen(
    patterns: Sequence[str], base: Path, *, hidden: bool = True
) -> tuple[Path, ...]:
    """
    The files that patterns name, from ``base`` on; folders stand for all they hold.

    ``!`` in front takes files out again. Without ``hidden`` nothing counts whose name, or
    that of a folder on the way from the pattern's fixed part on, begins with a dot.
    """
    wanted: dict[Path, None] = {}
    for pattern in patterns:
        whole = _whole(pattern, base)
        begin = fixed_part(whole)
        for name in sorted(glob.glob(str(whole), recursive=True, include_hidden=True)):  # noqa: PTH207
            for file in _files(Path(name)):
                if pattern.startswith("!"):
                    wanted.pop(file, None)
                elif hidden or not _is_hidden(file, begin):
                    wanted[file] = None
    return tuple(wanted)


def shared_folder(patterns: Sequence[str], base: Path) -> Path:
    """The folder that the fixed parts of all patterns have in common."""
    begins = [fixed_part(_whole(one, base)) for one in patterns if one[:1] != "!"]
    shared = Path(os.path.commonpath(begins)) if begins else base
    return shared.parent if shared.is_file() else shared


def fixed_part(pattern: Path) -> Path:
    """A pattern up to its first part with a wildcard."""
    parts = pattern.parts
    ends = (at for at, part in enumerate(parts) if any(m in part for m in _MARKS))
    return Path(*parts[: next(ends, len(parts))])


def _whole(pattern: str, base: Path) -> Path:
    plain = Path(pattern.removeprefix("!").strip()).expanduser()
    return Path(os.path.normpath(base / plain))


def _is_hidden(file: Path, begin: Path) -> bool:
    below = file.relative_to(begin).parts
    return any(part.startswith(".") for part in (begin.name, *below))


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file())
