"""``link``: a symbolic link."""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind, denied
from holdfast.kinds.file import place
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted


class LinkDeclared(Strict):
    """
    A symbolic link.

        - link: /etc/nginx/sites-enabled/shop
          target: ../sites-available/shop
    """

    link: str
    target: str = ""
    absent: bool = False


class LinkKind(BaseKind):
    """Reads one stat; a file or folder in the way is a failure, never removed."""

    name = "link"
    model = LinkDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``target``, exactly as written."""
        wanted = (
            None if declared.absent else {"type": "link", "target": declared.target}
        )
        return Wanted(declared.link, wanted)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One stat."""
        yield Query("stat", (resource.address.name,))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Type and target."""
        status = answers[Query("stat", (resource.address.name,))]
        denied(resource, status)
        if status is None:
            return None
        return {"type": status["type"], "target": status["target"] or ""}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """``ln`` or ``rm``."""
        if change.before is not None and change.before.get("type") != "link":
            return (
                f"echo '{change.address.local} is no link: left alone' >&2; exit 1",
            )
        return tuple(place(change.address.name, change, contents))
