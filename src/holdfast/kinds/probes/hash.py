"""What files hold, by their digest."""

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.probes.paths import batches, chosen

_DIGEST = 66
"""Characters before the name: the digest and two spaces."""


def read_sum(line: str) -> tuple[str, str]:
    """One line of ``sha256sum`` as (path, digest); GNU escapes odd names."""
    if line.startswith("\\"):
        name = line[_DIGEST + 1 :].replace("\\n", "\n").replace("\\\\", "\\")
        return name, f"sha256:{line[1 : _DIGEST - 1]}"
    return line[_DIGEST:], f"sha256:{line[: _DIGEST - 2]}"


class HashProbe:
    """``hash`` (path): ``sha256:...`` of a regular file, ``None`` when there is none."""

    name = "hash"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One ``sha256sum`` over all paths that are files."""
        lines = ["printf '%s\\n' \"$R\""]
        for words in batches(args[0] for args in asked):
            lines.append(chosen(words, "-f"))
            lines.append('[ $# -eq 0 ] || sha256sum -- "$@" 2>/dev/null')
        return "\n".join(lines)

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Match digests with paths."""
        root, *lines = output.decode(errors="surrogateescape").split("\n")
        found = dict(read_sum(line) for line in lines if len(line) > _DIGEST)
        return {args: found.get(root + args[0]) for args in asked}
