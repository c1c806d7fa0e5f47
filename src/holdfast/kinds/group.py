"""``group``: a group of accounts."""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted


class GroupDeclared(Strict):
    """
    A group.

        - group: deploy
          gid: 2001
    """

    group: str
    gid: int | None = None
    system: bool = False
    absent: bool = False


class GroupKind(BaseKind):
    """Reads the group file once for all groups of a host."""

    name = "group"
    model = GroupDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``gid`` if it was given."""
        how = {"system": declared.system}
        if declared.absent:
            return Wanted(declared.group, None, how)
        wanted = {} if declared.gid is None else {"gid": declared.gid}
        return Wanted(declared.group, wanted, how)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One question."""
        yield Query("group", (resource.address.name,))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Its gid."""
        gid = answers[Query("group", (resource.address.name,))]
        return None if gid is None else {"gid": gid}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """``groupadd``, ``groupmod`` or ``groupdel``; safe to repeat."""
        name = quote(change.address.name)
        if change.after is None:
            return (f"! grep -q '^'{name}: /etc/group || groupdel -- {name}",)
        gid = change.after.get("gid")
        flag = f"-g {gid} " if gid is not None else ""
        if change.before is not None:
            return (f"groupmod {flag}-- {name}",)
        system = "-r " if change.how.get("system") else ""
        return (f"groupadd -f {system}{flag}-- {name}",)
