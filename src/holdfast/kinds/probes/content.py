"""What files hold, in full, where it is not what is wanted."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.shell import path

DEFAULT_LIMIT = 1048576
"""Bytes: larger files are told by their digest alone unless asked for in full."""

_SHOW = """\
show() {
  [ -f "$3" ] && [ -r "$3" ] || return 0
  [ "$2" = all ] || [ "$(wc -c <"$3")" -le "$2" ] || return 0
  printf '@%s ' "$1"; base64 <"$3" | tr -d '\\n'; echo
}
"""


class ContentProbe:
    """``content`` (path, unless, limit): a file's bytes unless its digest is ``unless``."""

    name = "content"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """Let ``sha256sum -c`` say in one go which files differ; print only those."""
        checked = [(n, args) for n, args in enumerate(asked) if args[1]]
        always = [(n, args) for n, args in enumerate(asked) if not args[1]]
        lines = [_SHOW]
        lines += [f"show {n} {_limit(args)} {path(args[0])}" for n, args in always]
        if checked:
            names = " ".join(path(args[0]) for _, args in checked)
            sums = " ".join(args[1].removeprefix("sha256:") for _, args in checked)
            lines.append(_DIFFERING.format(names=names, sums=sums))
            cases = [
                f"{i}) show {n} {_limit(a)} {path(a[0])};;"
                for i, (n, a) in _numbered(checked)
            ]
            lines += ['for i in $differ; do case "$i" in', *cases, "esac; done"]
        return "\n".join(lines)

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Each printed file by its number."""
        found: dict[tuple[str, ...], Any] = dict.fromkeys(asked)
        for line in output.splitlines():
            if line.startswith(b"@"):
                number, _, text = line[1:].partition(b" ")
                found[asked[int(number)]] = b64decode(text)
        return found


_DIFFERING = """\
there=$(i=0; for p in {names}; do [ -f "$p" ] && [ -r "$p" ] && echo $i; i=$((i+1)); done)
have=$(for p in {names}; do [ -f "$p" ] && [ -r "$p" ] && printf '%s\\0' "$p"; done |
  xargs -0 -r sha256sum -- 2>/dev/null | sed 's/^\\\\//' | cut -c1-64)
differ=$( {{ echo $there; echo $have; echo {sums}; }} | awk '
  NR==1 {{ n=split($0, number, " ") }} NR==2 {{ split($0, have, " ") }}
  NR==3 {{ split($0, want, " ") }}
  END {{ for (k=1; k<=n; k++) if (have[k] != want[number[k]+1]) print number[k] }}')"""
"""Numbers of the files whose digest is not the wanted one, in ``differ``."""


def _numbered(
    checked: Sequence[tuple[int, tuple[str, ...]]],
) -> list[tuple[int, tuple[int, tuple[str, ...]]]]:
    return list(enumerate(checked))


def _limit(args: tuple[str, ...]) -> str:
    return "".join(args[2:]) or str(DEFAULT_LIMIT)
