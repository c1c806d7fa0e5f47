"""``mount``: a file system at its place, now and after a reboot."""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import path, quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted


class MountDeclared(Strict):
    """
    A line of ``/etc/fstab``, and the file system mounted as it says.

    With ``mounted: false`` only the line is kept.

        - mount: /srv/data
          device: /dev/disk/by-label/data
          type: ext4
          options: noatime
    """

    mount: str
    device: str = ""
    type: str = "auto"
    options: str = "defaults"
    dump: int = 0
    check: int = 0
    mounted: bool = True
    absent: bool = False


class MountKind(BaseKind):
    """Reads the line in fstab and what the kernel has mounted there."""

    name = "mount"
    model = MountDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``line`` (of fstab) and ``mounted``."""
        if declared.absent:
            return Wanted(declared.mount, None)
        words = (
            declared.device,
            declared.mount,
            declared.type,
            declared.options,
            declared.dump,
            declared.check,
        )
        line = " ".join(str(word) for word in words)
        return Wanted(declared.mount, {"line": line, "mounted": declared.mounted})

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Two short questions."""
        yield Query("say", (_line(resource.address.name),))
        yield Query("say", (_mounted(resource.address.name),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """The words of the line, and whether it is mounted."""
        line = answers[Query("say", (_line(resource.address.name),))]
        mounted = answers[Query("say", (_mounted(resource.address.name),))] == "yes"
        if not line and not mounted:
            return None
        return {"line": " ".join((line or "").split()), "mounted": mounted}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Edit fstab whole, then mount or unmount."""
        return tuple(_commands(change))


def _commands(change: Change) -> Iterator[str]:
    place = change.address.name
    before, after = change.before or {}, change.after or {}
    if before.get("mounted") and before != after:
        yield f"umount -- {path(place)}"
    if before.get("line", "") != after.get("line", ""):
        yield _edited(place, str(after.get("line", "")))
    if after.get("mounted"):
        yield f"mkdir -p -- {path(place)}"
        yield f"mount -- {path(place)}"


def _edited(place: str, line: str) -> str:
    """Replace the line of one place; the old file stays until the new one is whole."""
    return (
        'f="$R/etc/fstab"; [ -e "$f" ] || : >"$f"; n=$(mktemp "$f.XXXXXX")\n'
        f'P={quote(place)} L={quote(line)} awk \'{_REPLACE}\' "$f" >"$n"\n'
        'chmod 644 "$n"; sync "$n" 2>/dev/null || sync; mv -f "$n" "$f"'
    )


_REPLACE = """\
BEGIN { line = ENVIRON["L"] }
$2 != ENVIRON["P"] || /^[ \t]*#/ { print; next }
line != "" { print line; line = "" }
END { if (line != "") print line }"""


def _line(place: str) -> str:
    return f'P={quote(place)} awk \'$2 == ENVIRON["P"] && !/^[ \\t]*#/\' "$R/etc/fstab"'


def _mounted(place: str) -> str:
    return (
        f'P={quote(place)} awk \'$2 == ENVIRON["P"] {{ f = 1 }} '
        'END { print f ? "yes" : "no" }\' /proc/self/mounts'
    )
