"""What the kinds that own a part of a file have in common."""

from collections.abc import Iterator, Sequence

from holdfast.kinds.base import BaseKind, denied
from holdfast.kinds.file import place
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query


class PartKind(BaseKind):
    """Reads the whole file; a change is the file before and after the edit."""

    confined = True

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Stat, digest and content of the file."""
        name = str(resource.how["path"])
        yield Query("stat", (name,))
        yield Query("hash", (name,))
        yield Query("content", (name, ""))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """The file's type, mode, owner, group and digest."""
        name = str(resource.how["path"])
        status = answers[Query("stat", (name,))]
        denied(resource, status)
        if status is None:
            return None
        seen = {key: status[key] for key in ("type", "mode", "owner", "group")}
        content = answers[Query("hash", (name,))]
        if status["type"] == "file":
            denied(resource, content or "denied")
        return {**seen, "content": content} if content else seen

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Write the edited file in the place of the old one."""
        return tuple(place(str(change.how["path"]), change, contents))


def lines_of(text: bytes | None) -> list[str]:
    """A file as lines with their ends; bytes that are no UTF-8 are kept as they are."""
    decoded = (text or b"").decode(errors="surrogateescape")
    return [line + "\n" for line in decoded.split("\n")[:-1]] + (
        [decoded.rpartition("\n")[2]] if decoded.rpartition("\n")[2] else []
    )


def bytes_of(lines: Sequence[str]) -> bytes:
    """The way back from :func:`lines_of`."""
    return "".join(lines).encode(errors="surrogateescape")


def ended(lines: list[str]) -> list[str]:
    """The same lines, the last one with its end, so that another can follow."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + "\n"]
    return lines
