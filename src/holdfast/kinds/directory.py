"""``directory``: a folder with known mode and owner, and only what is declared in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.atomic_write import write_file
from holdfast.kinds.base import BaseKind, denied, octal
from holdfast.kinds.file import owned, place
from holdfast.kinds.shell import path, quote
from holdfast.model import Attributes, Change, Resource, Value, digest
from holdfast.ports import Answers, Contents, Query, Wanted

_KEPT = ("mode", "owner", "group")


class RecurseDeclared(Strict):
    """
    What everything below a folder has.

        recurse: {files: "0640", directories: "0750", owner: app, group: app}
    """

    files: str | None = Field(default=None, description="The mode of files.")
    directories: str | None = Field(default=None, description="The mode of folders.")
    owner: str | None = None
    group: str | None = None

    @field_validator("files", "directories")
    @classmethod
    def _octal(cls, mode: str | None) -> str | None:
        return None if mode is None else octal(mode)


class DirectoryDeclared(Strict):
    """
    A folder, made with its parents.

    ``purge`` takes everything out of it that is not declared; ``keep`` are shell patterns
    of what stays nevertheless. ``recurse`` gives all that is below it modes and an owner.
    ``absent`` removes it only when it is empty, so that nothing is lost by accident.

        - directory: /srv/app
          mode: "0750"
          owner: app
        - directory: /etc/app/conf.d
          purge: true
    """

    directory: str
    mode: str | None = None
    owner: str | None = None
    group: str | None = None
    purge: bool = False
    keep: list[str] = Field(default_factory=list)
    recurse: RecurseDeclared | None = None
    absent: bool = False

    @field_validator("mode")
    @classmethod
    def _octal(cls, mode: str | None) -> str | None:
        return None if mode is None else octal(mode)


class DirectoryKind(BaseKind):
    """Reads one stat, and the tree below where that is asked for."""

    name = "directory"
    model = DirectoryDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """
        Attributes ``mode``, ``owner``, ``group``; ``extra`` and ``wrong`` are to be empty.

        ``extra`` is what is there and not declared, ``wrong`` what has another mode or
        owner than ``recurse`` says.
        """
        if declared.absent:
            return Wanted(declared.directory, None)
        given = {key: getattr(declared, key) for key in _KEPT}
        wanted: dict[str, Value] = {k: v for k, v in given.items() if v is not None}
        how: dict[str, Value] = {}
        if declared.purge:
            wanted["extra"] = {}
            how |= {"purge": True, "keep": tuple(declared.keep)}
        if declared.recurse:
            wanted["wrong"] = {}
            how["recurse"] = declared.recurse.model_dump(exclude_none=True)
        return Wanted(declared.directory, {"type": "directory", **wanted}, how)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One stat; one tree when something below matters."""
        yield Query("stat", (resource.address.name,))
        if _asks_tree(resource.how):
            yield _tree(resource)

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Type, mode, owner and group, with what is extra and what is wrong."""
        status = answers[Query("stat", (resource.address.name,))]
        denied(resource, status)
        if status is None:
            return None
        seen: dict[str, Value] = {key: status[key] for key in ("type", *_KEPT)}
        tree = (answers[_tree(resource)] if _asks_tree(resource.how) else None) or {}
        if resource.how.get("purge"):
            seen["extra"] = dict(_extra(resource, tree))
        if resource.how.get("recurse"):
            seen["wrong"] = dict(_wrong(resource, tree))
        return seen

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Make or remove it, then owner and mode, then what is below."""
        target = change.address.name
        before, after = change.before, change.after
        if after is None or before is None:
            return tuple(place(target, change, contents))
        if before.get("type") != "directory":
            stop = f"echo {path(target)} is no directory >&2; exit 1"
            return (stop,)
        return (
            *owned(target, before, after),
            *_purged(target, before, after, contents),
            *_mended(target, before, after, change.how),
        )


def _asks_tree(how: Attributes) -> bool:
    return bool(how.get("purge") or how.get("recurse"))


def _tree(resource: Resource) -> Query:
    content = "content" if resource.how.get("purge") else ""
    return Query("tree", (resource.address.name, content))


def _extra(resource: Resource, tree: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """What is below and neither declared, nor a folder of something declared, nor kept."""
    from fnmatch import fnmatchcase

    declared = _words(resource.how.get("declared"))
    kept = _words(resource.how.get("keep"))
    for name, told in sorted(tree.items()):
        inside = any(d == name or d.startswith(f"{name}/") for d in declared)
        if inside or any(fnmatchcase(name, pattern) for pattern in kept):
            continue
        entry = {key: told[key] for key in ("type", *_KEPT)}
        content = told.get("content")
        yield name, entry if content is None else {**entry, "content": digest(content)}


def _wrong(resource: Resource, tree: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    recurse: Any = resource.how["recurse"]
    for name, told in sorted(tree.items()):
        if told["type"] == "link":
            continue
        mode = recurse.get("directories" if told["type"] == "directory" else "files")
        wanted = {
            "mode": mode,
            "owner": recurse.get("owner"),
            "group": recurse.get("group"),
        }
        if any(value not in (None, told[key]) for key, value in wanted.items()):
            yield name, {key: told[key] for key in ("type", *_KEPT)}


def _purged(
    target: str, before: Attributes, after: Attributes, contents: Contents
) -> Iterator[str]:
    """Take out what is extra; the way back puts it in again, folders first."""
    there: Any = before.get("extra") or {}
    wanted: Any = after.get("extra") or {}
    for name in sorted(there.keys() - wanted.keys(), reverse=True):
        spot = path(f"{target}/{name}")
        folder = there[name]["type"] == "directory"
        yield f"rmdir -- {spot}" if folder else f"rm -f -- {spot}"
    for name in sorted(wanted.keys() - there.keys()):
        yield from _put_back(f"{target}/{name}", wanted[name], contents)


def _put_back(spot: str, told: Attributes, contents: Contents) -> Iterator[str]:
    content = contents.get(str(told.get("content")))
    match told["type"]:
        case "directory":
            yield f"mkdir -p -- {path(spot)}"
            yield from owned(spot, {}, told)
        case "link" if content is not None:
            target = content.decode(errors="surrogateescape")
            yield f"ln -sfn -- {quote(target)} {path(spot)}"
        case "file" if content is not None:
            yield write_file(spot, content)
            yield from owned(spot, {}, told)
        case _:
            yield f"echo {quote(spot)} cannot be put back >&2; exit 1"


def _mended(
    target: str, before: Attributes, after: Attributes, how: Attributes
) -> Iterator[str]:
    """Give what is wrong its mode and owner; the way back gives it the old ones."""
    there: Any = before.get("wrong") or {}
    wanted: Any = after.get("wrong") or {}
    recurse: Any = how.get("recurse") or {}
    for name, told in there.items():
        mode = recurse.get("directories" if told["type"] == "directory" else "files")
        goal = {
            "mode": mode,
            "owner": recurse.get("owner"),
            "group": recurse.get("group"),
        }
        if name not in wanted:
            yield from owned(f"{target}/{name}", told, {**told, **_given(goal)})
    for name, told in wanted.items():
        if name not in there:
            yield from owned(f"{target}/{name}", {}, told)


def _given(goal: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in goal.items() if value is not None}


def _words(value: Value) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, tuple | list) else ()
