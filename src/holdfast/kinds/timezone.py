"""``timezone``: the zone a machine's clock is shown in."""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import path, quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted

_NOW = 'readlink "$R/etc/localtime"'


class TimezoneDeclared(Strict):
    """
    The time zone, by its IANA name.

        - timezone: Europe/Berlin
    """

    timezone: str


class TimezoneKind(BaseKind):
    """``/etc/localtime``, and ``/etc/timezone`` where it is kept."""

    name = "timezone"
    model = TimezoneDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``zone``."""
        return Wanted("timezone", {"zone": declared.timezone})

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Where the link goes."""
        del resource
        yield Query("say", (_NOW,))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """The zone, and how the link is written."""
        del resource
        target = answers[Query("say", (_NOW,))]
        if target is None:
            return {"zone": "", "target": ""}
        return {"zone": target.rpartition("zoneinfo/")[2], "target": target}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Only a zone that is there can be linked."""
        del contents
        after, before = change.after or {}, change.before or {}
        zone, target = str(after["zone"]), str(after.get("target", ""))
        if target == before.get("target") or not target:
            target = f"/usr/share/zoneinfo/{zone}"
        link = path("/etc/localtime")
        if not zone:
            return (f"rm -f {link}",)
        kept = path("/etc/timezone")
        known = path(f"/usr/share/zoneinfo/{zone}")
        unknown = f"{{ echo there is no zone {quote(zone)} >&2; exit 1; }}"
        return (
            f"[ -e {known} ] || {unknown}",
            f"ln -sfn -- {quote(target)} {link}",
            f"[ ! -e {kept} ] || printf '%s\\n' {quote(zone)} >{kept}",
        )
