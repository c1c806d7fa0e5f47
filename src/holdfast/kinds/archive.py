"""``archive``: a packed folder, unpacked at its place."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field, field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.download import checked_digest, fetched
from holdfast.kinds.shell import path
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted

_STAMP = ".holdfast-archive"


class ArchiveDeclared(Strict):
    """
    A tar archive (plain, gzip, xz or bzip2), unpacked into a folder of its own.

    The folder is made anew beside the old one and takes its place whole; the one before
    is kept as ``FOLDER.before`` and is what undo brings back.

        - archive: /opt/tool
          url: https://shop.example/tool-1.2.tar.gz
          sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
          strip: 1
    """

    archive: str
    url: str
    sha256: str
    strip: int = Field(default=0, ge=0, description="Folders to leave out in front.")

    @field_validator("sha256")
    @classmethod
    def _digest(cls, digest: str) -> str:
        return checked_digest(digest)


class ArchiveKind(BaseKind):
    """Reads the stamp that an unpacked folder bears."""

    name = "archive"
    model = ArchiveDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``archive``, the digest of what was unpacked."""
        how = {"url": declared.url, "strip": declared.strip}
        return Wanted(declared.archive, {"archive": declared.sha256}, how)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Ask whether there is a folder, and which stamp it bears."""
        yield Query("say", (_question(resource),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """The stamp; empty for a folder that something else made."""
        told = answers[Query("say", (_question(resource),))]
        return None if told is None else {"archive": told}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Unpack beside, swap; or swap back."""
        del contents
        target = path(change.address.name)
        if change.after is None:
            return (f"rm -rf -- {target}",)
        wanted = str(change.after["archive"])
        if change.how.get("back"):
            stamp = f'"$(cat {target}.before/{_STAMP} 2>/dev/null)"'
            lost = f"{{ echo {target}.before is not what was there >&2; exit 1; }}"
            return (
                f'[ {stamp} = "{wanted}" ] || {lost}',
                f"rm -rf -- {target}; mv -- {target}.before {target}",
            )
        return tuple(_unpacked(change, wanted))

    def inverse(self, change: Change, /) -> Change | None:
        """The folder before, where it is still kept."""
        from dataclasses import replace

        return replace(change.swapped(), how={**change.how, "back": True})


def _unpacked(change: Change, wanted: str) -> Iterator[str]:
    target, strip = path(change.address.name), change.how.get("strip", 0)
    new = f"{target}.new"
    yield (
        fetched(str(change.how["url"]), wanted, change.address.name)
        + f"\nrm -rf -- {new}; mkdir -- {new}\n"
        f'tar -x -f "$n" -C {new} --strip-components={strip} --no-same-owner\n'
        f'printf %s {wanted} >{new}/{_STAMP}; rm -f "$n"; trap - EXIT; sync'
    )
    if change.before is not None:
        yield f"rm -rf -- {target}.before; mv -- {target} {target}.before"
    yield f"mv -- {new} {target}"


def _question(resource: Resource) -> str:
    target = path(resource.address.name)
    return f"[ -d {target} ] || exit 1; cat {target}/{_STAMP} 2>/dev/null || :"
