"""``user``: an account."""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted

_FLAGS = {"uid": "-u", "group": "-g", "home": "-d", "shell": "-s", "comment": "-c"}


class UserDeclared(Strict):
    """
    An account; what is not given is left as it is.

    ``groups`` are all the further groups it is in. A removed account's home folder is
    left where it is.

        - user: deploy
          groups: [adm]
          shell: /bin/bash
    """

    user: str
    uid: int | None = None
    group: str | None = None
    groups: list[str] | None = None
    home: str | None = None
    shell: str | None = None
    comment: str | None = None
    system: bool = False
    create_home: bool = True
    absent: bool = False


class UserKind(BaseKind):
    """Reads the account files once for all users of a host."""

    name = "user"
    model = UserDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes uid, group, groups, home, shell and comment, those given."""
        how = {"system": declared.system, "create_home": declared.create_home}
        if declared.absent:
            return Wanted(declared.user, None, how)
        given = {key: getattr(declared, key) for key in _FLAGS}
        wanted: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
        if declared.groups is not None:
            wanted["groups"] = tuple(sorted(declared.groups))
        return Wanted(declared.user, wanted, how)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One question."""
        yield Query("passwd", (resource.address.name,))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """The account."""
        told: Attributes | None = answers[Query("passwd", (resource.address.name,))]
        return told

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """``useradd``, ``usermod`` or ``userdel``; safe to repeat."""
        name = quote(change.address.name)
        if change.after is None:
            return (f"! id {name} >/dev/null 2>&1 || userdel -- {name}",)
        flags = " ".join(_flags(change.before or {}, change.after))
        if change.before is not None:
            return (f"usermod {flags} -- {name}",)
        home = "-m" if change.how.get("create_home", True) else "-M"
        system = "-r " if change.how.get("system") else ""
        change_it = f"if id {name} >/dev/null 2>&1; then usermod {flags} -- {name}"
        return (f"{change_it}\nelse useradd {system}{home} {flags} -- {name}; fi",)


def _flags(before: Attributes, after: Attributes) -> Iterator[str]:
    for key, flag in _FLAGS.items():
        if key in after and after.get(key) != before.get(key):
            yield f"{flag} {quote(str(after[key]))}"
    groups = after.get("groups")
    if isinstance(groups, tuple | list) and groups != before.get("groups"):
        yield f"-G {quote(','.join(str(group) for group in groups))}"
