"""Users and groups, read from their files at once."""

from collections.abc import Mapping, Sequence
from typing import Any


class PasswdProbe:
    """``passwd`` (name): what both account files say of it; ``None`` if absent."""

    name = "passwd"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """Both files whole: a host has few accounts, and one read answers for all."""
        return 'echo @group | cat "$R/etc/passwd" - "$R/etc/group"'

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Each asked user with the groups it is a member of."""
        users, _, groups = output.decode(errors="replace").partition("@group\n")
        names, members = _groups(groups)
        rows = {line.split(":")[0]: line.split(":") for line in users.splitlines()}
        return {
            args: _user(rows[args[0]], names, members) if args[0] in rows else None
            for args in asked
        }


class GroupProbe:
    """``group`` (name): its gid, ``None`` when it is absent."""

    name = "group"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """The file whole."""
        return 'cat "$R/etc/group"'

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """The gid of each asked group."""
        rows = [
            line.split(":") for line in output.decode(errors="replace").splitlines()
        ]
        gids = {
            name: int(gid)
            for name, gid in (("".join(row[:1]), "".join(row[2:3])) for row in rows)
            if gid.isdigit()
        }
        return {args: gids.get(args[0]) for args in asked}


def _groups(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    names: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _, gid, listed = [*line.split(":"), "", "", ""][:4]
        names[gid] = name
        for member in filter(None, listed.split(",")):
            members.setdefault(member, []).append(name)
    return names, members


def _user(
    row: Sequence[str], names: Mapping[str, str], members: Mapping[str, list[str]]
) -> dict[str, Any]:
    name, _, uid, gid, gecos, home, shell = [*row, *[""] * 7][:7]
    return {
        "uid": int(uid),
        "group": names.get(gid, gid),
        "comment": gecos,
        "home": home,
        "shell": shell,
        "groups": tuple(sorted(members.get(name, []))),
    }
