"""What files hold, in full, where it is not what is wanted."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.probes.paths import each
from holdfast.kinds.shell import path, quote
from holdfast.problems import HoldfastError, Problem

DEFAULT_LIMIT = 1048576
"""Bytes: larger files are told by their digest alone unless asked for in full."""

Args = tuple[str, ...]


class ContentProbe:
    """
    ``content`` (path, unless, limit): a file's bytes unless its digest is ``unless``.

    ``limit`` is in bytes, or ``all``. However many files are printed, it takes the same
    few processes: their sizes first, then all their bytes in one stream.
    """

    name = "content"

    def script(self, asked: Sequence[Args], /) -> str:
        """Let one ``sha256sum`` say which files differ; print only those."""
        checked = [args for args in asked if _is_checked(args)]
        plain = [a[0] for a in asked if not _is_checked(a) and not _is_all(a)]
        whole = [args[0] for args in asked if _is_all(args)]
        lines = ["printf '%s\\n' \"$R\"", _SHOW]
        if plain:
            lines.append(f"{each(plain)} | show '-size -{DEFAULT_LIMIT + 1}c'")
        if whole:
            lines.append(f"{each(whole)} | show ''")
        if checked:
            lines.append(_differing([(a[0], a[1]) for a in checked]))
        return "\n".join(lines)

    def parse(self, asked: Sequence[Args], output: bytes, /) -> Mapping[Args, Any]:
        """Cut the streams by the sizes; raises when a file changed in between."""
        root, _, rest = output.partition(b"\n")
        found: dict[bytes, bytes] = {}
        for part in rest.split(b"@sizes\n")[1:]:
            sizes, _, coded = part.partition(b"@bytes\n")
            stream, start = b64decode(coded), 0
            for record in sizes.split(b"\x1e\n")[:-1]:
                size, _, name = record.partition(b"\x1f")
                found[name] = stream[start : start + int(size)]
                start += int(size)
            if start != len(stream):
                raise HoldfastError(_changing())
        return {
            args: found.get(root + args[0].encode(errors="surrogateescape"))
            for args in asked
        }


_READABLE = 'for p; do [ -f "$p" ] && [ -r "$p" ] && printf "%s\\0" "$p"; done; :'
_PRINTED = (
    'echo @sizes; stat -L -c "%s\x1f%n\x1e" -- "$@"; echo @bytes; cat -- "$@" | base64'
)
_CHOSEN = (
    f'size=$1; shift; find -H "$@" -maxdepth 0 $size -exec sh -c {quote(_PRINTED)} sh '
    '"{}" +'
)
_SHOW = (
    f"show() {{ xargs -0 sh -c {quote(_READABLE)} sh | "
    f'xargs -0 -r sh -c {quote(_CHOSEN)} sh "$1"; }}'
)


def _differing(checked: Sequence[tuple[str, str]]) -> str:
    """Sh that shows those files whose digest is not the given one."""
    lines = "\n".join(
        f"c {digest.removeprefix('sha256:')} {path(name)}" for name, digest in checked
    )
    return (
        'c() { [ ! -f "$2" ] || printf \'%s  %s\\n\' "$1" "$2"; }\n'
        f"differ=$({{ {lines}\n}} | sha256sum -c 2>/dev/null | sed -n 's/: FAILED$//p')\n"
        '[ -z "$differ" ] || printf "%s\\n" "$differ" | '
        f"tr '\\n' '\\0' | show '-size -{DEFAULT_LIMIT + 1}c'"
    )


def _is_checked(args: Args) -> bool:
    """Whether ``sha256sum -c`` can be asked: it writes some names in another way."""
    return bool(args[1]) and not set(args[0]) & {"\\", "\n"}


def _is_all(args: Args) -> bool:
    return "".join(args[2:]) == "all"


def _changing() -> Problem:
    return Problem(
        code="kind.changing",
        summary="A file changed while it was looked at",
        detail="Its size and its bytes do not belong together. Nothing was changed.",
        next_step="Try again.",
    )
