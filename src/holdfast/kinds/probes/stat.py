"""What is at a path, without following links."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.probes.paths import batches, chosen

_RECORD = re.compile(
    r"^(\d+) (\S+) (\S+) (\d+) (\d+) ([a-z][a-z -]*)\x1f([^\x1f]*)\x1e\n", re.MULTILINE
)
_TYPES = {"directory": "directory", "symbolic link": "link"}


_FORMAT = "%a %U %G %s %Y %F\x1f%n\x1e"

_TARGETS = """\
if [ $# -gt 0 ]; then
  printf '%s\\0' "$@"; printf '\\037'
  readlink -z -- "$@" 2>/dev/null ||
  for p; do printf '%s\\0' "$(readlink -- "$p")"; done
fi; printf '\\035'"""
"""Names, then targets; only the readlink of coreutils takes many at once."""


class StatProbe:
    """``stat`` (path): a mapping of type, mode, owner, group, size, mtime and target."""

    name = "stat"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One ``stat`` for all paths, one ``readlink`` for all that are links."""
        lines = ["printf '%s\\n' \"$R\""]
        for words in batches(args[0] for args in asked):
            lines.append(f"stat -c '{_FORMAT}' -- {words} 2>&1; printf '\\034'")
            lines += [chosen(words, "-L"), _TARGETS]
        return "\n".join(lines)

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Match records with paths; what has none is absent, or was denied."""
        root, _, rest = output.decode(errors="surrogateescape").partition("\n")
        stats, targets = "", dict[str, str]()
        for chunk in rest.split("\x1d"):
            states, _, links = chunk.partition("\x1c")
            names, _, told = links.partition("\x1f")
            targets |= zip(names.split("\0")[:-1], told.split("\0")[:-1], strict=True)
            stats += states
        found = {match[7]: match for match in _RECORD.finditer(stats)}
        return {
            args: _status(found.get(root + args[0]), targets)
            or _missing(root + args[0], stats)
            for args in asked
        }


def _status(
    match: re.Match[str] | None, targets: Mapping[str, str]
) -> dict[str, Any] | None:
    if match is None:
        return None
    mode, owner, group, size, mtime, told, name = match.groups()
    kind = "file" if told.startswith("regular") else _TYPES.get(told, "other")
    return {
        "type": kind,
        "mode": mode.zfill(4),
        "owner": owner,
        "group": group,
        "size": int(size),
        "mtime": int(mtime),
        "target": targets.get(name) if kind == "link" else None,
    }


def _missing(name: str, stats: str) -> str | None:
    """``denied`` when the host said so for this path, else ``None`` for absent."""
    told = (line for line in stats.splitlines() if line.endswith("Permission denied"))
    return "denied" if any(name in line for line in told) else None
