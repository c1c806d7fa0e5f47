"""What the kinds have in common that are written down in files and then taken up."""

from collections.abc import Iterator, Mapping, Sequence

from holdfast.kinds.atomic_write import write_file
from holdfast.kinds.base import BaseKind, denied
from holdfast.kinds.shell import path
from holdfast.model import Attributes, Change, Resource, Value, digest
from holdfast.ports import Answers, Contents, Query, Wanted


class TextsKind(BaseKind):
    """
    Each attribute that names a file in ``how["files"]`` is that file's digest.

    A thing is absent when none of its files is there. What else it has (a unit is
    enabled, a value is in force) a subclass adds with ``live``, ``alive``, ``taken_up``.
    """

    modes: Mapping[str, str] = {}

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Stat, digest and content of each file, and what else there is."""
        wanted = resource.wanted or {}
        for key, name in files_of(resource.how).items():
            yield Query("stat", (name,))
            yield Query("hash", (name,))
            yield Query("content", (name, str(wanted.get(key) or "")))
        yield from self.live(resource)

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Digests by attribute, with what is alive; ``None`` when no file is there."""
        seen: dict[str, Value] = {}
        for key, name in files_of(resource.how).items():
            denied(resource, answers[Query("stat", (name,))])
            seen[key] = answers[Query("hash", (name,))]
        if not any(seen.values()):
            return None
        return {**seen, **self.alive(resource, answers)}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Write or remove the files that differ, then let them be taken up."""
        return (
            *self.before_writing(change, contents),
            *self.written(change, contents),
            *self.taken_up(change),
        )

    def written(self, change: Change, contents: Contents) -> Iterator[str]:
        """The sh that writes what differs."""
        before, after = change.before or {}, change.after or {}
        for key, name in files_of(change.how).items():
            if after.get(key) == before.get(key):
                continue
            if after.get(key) is None:
                yield f"rm -f -- {path(name)}"
            else:
                content = contents[str(after[key])]
                mode = self.modes.get(key, "0644")
                folder = name.rpartition("/")[0]
                yield f"[ -d {path(folder)} ] || mkdir -p -- {path(folder)}"
                yield write_file(name, content, mode=mode)

    def live(self, resource: Resource) -> Iterator[Query]:  # pragma: no cover
        """Ask more; nothing unless a subclass does."""
        del resource
        yield from ()

    def alive(self, resource: Resource, answers: Answers) -> Attributes:
        """Attributes that are in no file."""
        del resource, answers
        return {}

    def before_writing(self, change: Change, contents: Contents) -> Iterator[str]:
        """Refuse what would not work, before anything is written."""
        del change, contents
        yield from ()

    def taken_up(self, change: Change) -> Iterator[str]:
        """The sh that makes it count."""
        del change
        yield from ()


def files_of(how: Attributes) -> dict[str, str]:
    """The path of each attribute that is a file."""
    files = how.get("files")
    return {k: str(v) for k, v in files.items()} if isinstance(files, Mapping) else {}


def texts(
    name: str,
    told: Mapping[str, tuple[str, bytes | None]],
    more: Attributes,
    how: Attributes,
) -> Wanted:
    """What is wanted of ``told``, attributes with (path, content), and of ``more``."""
    contents = {digest(c): c for _, c in told.values() if c is not None}
    attributes = {key: None if c is None else digest(c) for key, (_, c) in told.items()}
    files = {key: place for key, (place, _) in told.items()}
    return Wanted(name, {**attributes, **more}, {**how, "files": files}, contents)


def absent(name: str, files: Mapping[str, str], how: Attributes) -> Wanted:
    """What is wanted of a thing that is to be gone."""
    return Wanted(name, None, {**how, "files": dict(files)})
