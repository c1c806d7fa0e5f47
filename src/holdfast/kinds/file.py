"""``file``: a file with known content, mode and owner."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import Field, field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.atomic_write import owned_by, write_file
from holdfast.kinds.base import BaseKind, denied, octal
from holdfast.kinds.shell import path, quote
from holdfast.model import Attributes, Change, Resource, digest
from holdfast.ports import Answers, Contents, Query, Wanted

_KEPT = ("mode", "owner", "group")


class FileDeclared(Strict):
    """
    A file.

    One of ``content``, ``template`` and ``source`` says what it holds; with none of them
    only mode and owner are held, and an absent file is made empty.

        - file: /etc/motd
          content: Welcome to ${{ host.name }}
          mode: "0644"
    """

    file: str
    content: str | None = None
    template: str | None = None
    source: str | None = None
    mode: str | None = None
    owner: str | None = None
    group: str | None = None
    validate_: str | None = Field(default=None, alias="validate")
    absent: bool = False

    @field_validator("mode")
    @classmethod
    def _octal(cls, mode: str | None) -> str | None:
        return None if mode is None else octal(mode)


class FileKind(BaseKind):
    """Reads stat and digest; content travels only where the digest differs."""

    name = "file"
    model: ClassVar[Any] = FileDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``content`` (a digest), ``mode``, ``owner`` and ``group``."""
        how = {"validate": declared.validate_} if declared.validate_ else {}
        if declared.absent:
            return Wanted(declared.file, None, how)
        wanted: dict[str, str] = {"type": "file"}
        contents = {}
        if content is not None:
            wanted["content"] = digest(content)
            contents[digest(content)] = content
        for key in _KEPT:
            if getattr(declared, key) is not None:
                wanted[key] = getattr(declared, key)
        return Wanted(declared.file, wanted, how, contents)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Stat, digest, and the content where it is not the wanted one."""
        name = resource.address.name
        wanted = (resource.wanted or {}).get("content", "")
        yield Query("stat", (name,))
        yield Query("hash", (name,))
        if wanted or resource.wanted is None:
            yield Query("content", (name, str(wanted)))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Type, mode, owner, group, and the digest of a regular file."""
        name = resource.address.name
        status = answers[Query("stat", (name,))]
        denied(resource, status)
        if status is None:
            return None
        seen = {"type": status["type"], **{key: status[key] for key in _KEPT}}
        if status["type"] == "link":
            seen["target"] = status["target"]
        if status["type"] == "file":
            seen["content"] = answers[Query("hash", (name,))]
            denied(resource, seen["content"] or "denied")
        return seen

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Write, remove, or only mend mode and owner."""
        return tuple(place(change.address.name, change, contents))


def place(target: str, change: Change, contents: Contents) -> Iterator[str]:
    """The sh that makes ``target`` what ``change.after`` says it is."""
    before, after = change.before or {}, change.after
    kind = str(before.get("type", "file"))
    if after is None:
        yield _removed(target, kind)
        return
    if change.before is not None and kind != after.get("type", "file"):
        yield _removed(target, kind)
    if after.get("type", "file") == "directory":
        yield f"mkdir -p -m {after.get('mode', '0755')} -- {path(target)}"
        yield from owned(target, {"mode": after.get("mode")}, after)
        return
    if after.get("type") == "link":
        yield f"ln -sfn -- {quote(str(after['target']))} {path(target)}"
        return
    content = after.get("content")
    if content is not None and content != before.get("content"):
        yield write_file(
            target,
            contents[str(content)],
            mode=_text(after.get("mode")),
            owner=_text(after.get("owner")),
            group=_text(after.get("group")),
            validate=_text(change.how.get("validate")),
        )
        return
    if change.before is None or kind != "file":
        yield write_file(target, b"") if content is None else ""
    yield from owned(target, before, after)


def owned(target: str, before: Attributes, after: Attributes) -> Iterator[str]:
    """
    The sh that gives ``target`` the owner and mode of ``after`` where they differ.

    With fewer than five digits GNU chmod would leave a folder its special bits.
    """
    if any(after.get(key) != before.get(key) for key in ("owner", "group")):
        owner, group = after.get("owner"), after.get("group")
        if owner or group:
            yield owned_by(_text(owner), _text(group), path(target))
    if after.get("mode") and after.get("mode") != before.get("mode"):
        yield f"chmod {after['mode']:0>5} {path(target)}"


def _removed(target: str, kind: str) -> str:
    if kind == "directory":
        return f"[ ! -d {path(target)} ] || rmdir -- {path(target)}"
    return f"rm -f -- {path(target)}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
