"""Many paths as input of one program, and lines that end with a path read back."""

from collections.abc import Iterable, Mapping, Sequence

from holdfast.kinds.shell import path


def each(paths: Iterable[str]) -> str:
    """Sh that prints paths ended by NUL; ``printf`` is built in, so no list is too long."""
    return "printf '%s\\0' " + " ".join(path(name) for name in paths)


def by_path(
    lines: Sequence[str], asked: Iterable[str], root: str, separator: str
) -> Mapping[str, str]:
    """For each asked path what stands before ``separator`` and it on a line."""
    full = {root + name: name for name in asked}
    found: dict[str, str] = {}
    for line in lines:
        before, _, name = line.partition(separator)
        if name in full:
            found[full[name]] = before
    return found
