"""What files hold, by their digest."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from holdfast.kinds.probes.paths import each


def sums(paths: Iterable[str]) -> str:
    """Sh that prints ``sha256sum`` lines of those paths that are readable files."""
    find = 'exec find -H "$@" -maxdepth 0 -type f -exec sha256sum -- "{}" +'
    return f"{each(paths)} | xargs -0 sh -c '{find}' sh 2>/dev/null"


def read_sum(line: str) -> tuple[str, str]:
    """One line of ``sha256sum`` as (path, digest); GNU escapes odd names."""
    if line.startswith("\\"):
        name = line[67:].replace("\\n", "\n").replace("\\\\", "\\")
        return name, f"sha256:{line[1:65]}"
    return line[66:], f"sha256:{line[:64]}"


_DIGEST = 66
"""Characters before the name: the digest and two spaces."""


class HashProbe:
    """``hash`` (path): ``sha256:...`` of a regular file, ``None`` when there is none."""

    name = "hash"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One ``sha256sum`` over all paths that are files."""
        return f"printf '%s\\n' \"$R\"\n{sums(args[0] for args in asked)}"

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Match digests with paths."""
        root, *lines = output.decode(errors="surrogateescape").split("\n")
        found = dict(read_sum(line) for line in lines if len(line) > _DIGEST)
        return {args: found.get(root + args[0]) for args in asked}
