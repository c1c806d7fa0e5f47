"""What files hold, in full, where it is not what is wanted."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.probes.paths import batches
from holdfast.kinds.shell import path
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
        lines += [f"show {DEFAULT_LIMIT} {words}" for words in batches(plain)]
        lines += [f"show all {words}" for words in batches(whole)]
        if checked:
            lines.append(_differing([(args[0], args[1]) for args in checked]))
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


_SHOW = r"""
show() {
  limit=$1; shift
  for p; do shift; [ -f "$p" ] && [ -r "$p" ] && set -- "$@" "$p"; done
  [ $# -gt 0 ] || return 0
  echo @sizes
  for s in $(stat -L -c %s -- "$@"); do
    p=$1; shift
    [ "$limit" = all ] || [ "$s" -le "$limit" ] || continue
    set -- "$@" "$p"; printf '%s\037%s\036\n' "$s" "$p"
  done
  echo @bytes
  [ $# -eq 0 ] || cat -- "$@" | base64
}"""
"""Prints the sizes of those files that can be read, then all their bytes."""


def _differing(checked: Sequence[tuple[str, str]]) -> str:
    """Sh that shows those files whose digest is not the given one."""
    lines = "\n".join(
        f"c {digest.removeprefix('sha256:')} {path(name)}" for name, digest in checked
    )
    return (
        'c() { [ ! -f "$2" ] || printf \'%s  %s\\n\' "$1" "$2"; }\n'
        f"said=$({{ {lines}\n}} | sha256sum -c 2>/dev/null) || {{\n"
        "differ=$(printf '%s\\n' \"$said\" | sed -n 's/: FAILED$//p')\n"
        f"set -f; IFS='\n'; show {DEFAULT_LIMIT} $differ; set +f; unset IFS; }}"
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
