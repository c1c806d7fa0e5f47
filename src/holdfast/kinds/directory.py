"""``directory``: a folder with known mode and owner."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind, denied, octal
from holdfast.kinds.file import owned, place
from holdfast.kinds.shell import path
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted

_KEPT = ("mode", "owner", "group")


class DirectoryDeclared(Strict):
    """
    A folder, made with its parents.

    ``absent`` removes it only when it is empty, so that nothing is lost by accident.

        - directory: /srv/app
          mode: "0750"
          owner: app
    """

    directory: str
    mode: str | None = None
    owner: str | None = None
    group: str | None = None
    absent: bool = False

    @field_validator("mode")
    @classmethod
    def _octal(cls, mode: str | None) -> str | None:
        return None if mode is None else octal(mode)


class DirectoryKind(BaseKind):
    """Reads one stat."""

    name = "directory"
    model = DirectoryDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``mode``, ``owner`` and ``group``."""
        if declared.absent:
            return Wanted(declared.directory, None)
        given = {key: getattr(declared, key) for key in _KEPT}
        kept = {key: value for key, value in given.items() if value is not None}
        return Wanted(declared.directory, {"type": "directory", **kept})

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One stat."""
        yield Query("stat", (resource.address.name,))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Type, mode, owner and group."""
        status = answers[Query("stat", (resource.address.name,))]
        denied(resource, status)
        if status is None:
            return None
        return {key: status[key] for key in ("type", *_KEPT)}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Make or remove it, then owner and mode."""
        target = change.address.name
        if change.after is None or change.before is None:
            return tuple(place(target, change, contents))
        if change.before.get("type") != "directory":
            stop = f"echo {path(target)} is no directory >&2; exit 1"
            return (stop,)
        return tuple(owned(target, change.before, change.after))
