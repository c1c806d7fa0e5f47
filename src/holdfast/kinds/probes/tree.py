"""Everything below a folder."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.shell import path, quote

_LIMIT = 1048576
_FIELDS = 6

_SHOW = """\
tree() {
  [ -d "$1" ] || return 1
  cd "$1" && find . -mindepth 1 -exec stat -c '%a:%U:%G:%s:%F:%n' -- {} +
}
"""


class TreeProbe:
    """
    ``tree`` (folder, content): what is below a folder, by the path from there.

    Each entry has type, mode, owner and group. With ``content`` not empty, files of up
    to 1 MiB also have their bytes and links their target; ``None`` without a folder.
    """

    name = "tree"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One ``find`` a folder; contents as base64 where they are asked for."""
        return _SHOW + "\n".join(
            f"( tree {path(args[0])} ) 2>/dev/null | sed 's/^/{number} /'"
            + (f"\n{_contents(number, args[0])}" if args[1] else "")
            + f"\n[ -d {path(args[0])} ] && echo '{number} .'"
            for number, args in enumerate(asked)
        )

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Entries by path, for each folder that is there."""
        found: dict[int, dict[str, dict[str, Any]]] = {}
        for line in output.decode(errors="surrogateescape").splitlines():
            number, _, told = line.partition(" ")
            if not number.isdigit():
                continue
            tree = found.setdefault(int(number), {})
            if told.startswith("="):
                coded, _, name = told[1:].partition(" ")
                tree[name.removeprefix("./")]["content"] = b64decode(coded)
            elif told != ".":
                entry = _entry(told)
                tree[entry.pop("name")] = entry
        return {args: found.get(number) for number, args in enumerate(asked)}


def _contents(number: int, folder: str) -> str:
    inside = (
        'for p; do if [ -L "$p" ]; then t=$(readlink -- "$p"); '
        f'printf "{number} =%s %s\\n" "$(printf %s "$t" | base64 | tr -d "\\n")" "$p"; '
        f'elif [ "$(wc -c <"$p")" -le {_LIMIT} ]; then '
        f'printf "{number} =%s %s\\n" "$(base64 <"$p" | tr -d "\\n")" "$p"; fi; done'
    )
    return (
        f"( cd {path(folder)} && find . -mindepth 1 \\( -type f -o -type l \\) "
        f"-exec sh -c {quote(inside)} sh {{}} + ) 2>/dev/null"
    )


def _entry(told: str) -> dict[str, Any]:
    mode, owner, group, _size, sort, name = [*told.split(":", _FIELDS - 1), *[""] * 6][
        :6
    ]
    kind = {"directory": "directory", "symbolic link": "link"}.get(sort, "other")
    return {
        "name": name.removeprefix("./"),
        "type": "file" if sort.startswith("regular") else kind,
        "mode": mode.zfill(4),
        "owner": owner,
        "group": group,
    }
