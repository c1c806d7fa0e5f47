"""What is at a path, without following links."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.probes.paths import each

_RECORD = re.compile(
    r"^(\d+) (\S+) (\S+) (\d+) (\d+) ([a-z][a-z -]*)\x1f([^\x1f]*)\x1e\n", re.MULTILINE
)
_TYPES = {"directory": "directory", "symbolic link": "link"}


class StatProbe:
    """``stat`` (path): a mapping of type, mode, owner, group, size, mtime and target."""

    name = "stat"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One ``stat`` for all paths, one ``readlink`` for all that are links."""
        paths = each(args[0] for args in asked)
        unit, record = "\x1f", "\x1e"
        return (
            f"printf '%s\\n' \"$R\"\n{paths} | xargs -0 "
            f"stat -c '%a %U %G %s %Y %F{unit}%n{record}' -- 2>&1\n"
            f'echo @links\n{paths} | xargs -0 sh -c \'for p; do [ -L "$p" ] && '
            'printf "%s\\0" "$p"; done; :\' sh | xargs -0 -r -n 1 '
            'sh -c \'printf "%s\\037%s\\036\\n" "$1" "$(readlink -- "$1")"\' sh'
        )

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Match records with paths; what has none is absent, or was denied."""
        root, _, rest = output.decode(errors="surrogateescape").partition("\n")
        stats, _, links = rest.partition("@links\n")
        targets = dict(
            record.split("\x1f", 1)
            for record in links.split("\x1e\n")
            if "\x1f" in record
        )
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
