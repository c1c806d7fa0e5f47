"""``block``: several lines of a file, between two marks."""

from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.parts import PartKind, bytes_of, ended, lines_of
from holdfast.model import Resource, digest
from holdfast.ports import Wanted


class BlockDeclared(Strict):
    """
    Several lines of a file between two marks.

    ``marker`` holds ``{mark}``, which becomes BEGIN and END; two blocks of one file need
    different markers.

        - block: /etc/hosts
          content: |
            10.0.0.11 db-1
            10.0.0.12 db-2
    """

    block: str
    content: str | None = None
    template: str | None = None
    source: str | None = None
    marker: str = "# {mark} HOLDFAST MANAGED BLOCK"
    absent: bool = False


class BlockKind(PartKind):
    """Edits what stands between the marks."""

    name = "block"
    model = BlockDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Everything is how: the state is the file's."""
        text = (content or b"").decode(errors="surrogateescape")
        how = {
            "path": declared.block,
            "edits": True,
            "marker": declared.marker,
            "text": text,
            "absent": declared.absent,
        }
        return Wanted(
            f"{declared.block}#{digest(declared.marker.encode())[7:15]}", {}, how
        )

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """The file with the block as wanted; added at the end when it is new."""
        how, lines = resource.how, lines_of(text)
        begin = str(how["marker"]).replace("{mark}", "BEGIN") + "\n"
        end = str(how["marker"]).replace("{mark}", "END") + "\n"
        found = begin in lines and end in lines[lines.index(begin) :]
        first = lines.index(begin) if found else len(lines)
        last = lines.index(end, first) + 1 if found else len(lines)
        if how.get("absent"):
            return None if text is None else bytes_of([*lines[:first], *lines[last:]])
        body = ended(lines_of(str(how["text"]).encode(errors="surrogateescape")))
        head = ended(lines[:first])
        return bytes_of([*head, begin, *body, end, *lines[last:]])
