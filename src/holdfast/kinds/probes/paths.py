"""Many paths as arguments of one program, a batch at a time."""

from collections.abc import Iterable, Iterator

from holdfast.kinds.shell import path

_BATCH = 400
"""Paths: few enough for any argument list, and for a shell to sort out by itself."""


def batches(paths: Iterable[str]) -> Iterator[str]:
    """The words of some paths at once, quoted for sh."""
    words = [path(name) for name in paths]
    for start in range(0, len(words), _BATCH):
        yield " ".join(words[start : start + _BATCH])


def chosen(words: str, test: str) -> str:
    """Sh that leaves those paths in ``$@`` that pass a ``test``; starts no program."""
    return f'set --; for p in {words}; do [ {test} "$p" ] && set -- "$@" "$p"; done'
