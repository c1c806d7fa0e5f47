"""``authorized_key``: a key that may log in as a user."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field, field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.parts import PartKind, bytes_of, ended, lines_of
from holdfast.kinds.shell import path, quote
from holdfast.model import Change, Resource
from holdfast.ports import Contents, Wanted

_FIELDS = 2
"""Words of a key that tell it from others: the type and the key itself."""


class AuthorizedKeyDeclared(Strict):
    """
    One line of a user's ``authorized_keys``; other lines are left alone.

    The file is ``/root/.ssh/authorized_keys`` for root and below ``/home/USER`` for
    others, unless ``path`` says otherwise.

        - authorized_key: deploy
          key: ssh-ed25519 AAAAC3Nza... ann@laptop
          options: from="10.0.0.0/8"
    """

    authorized_key: str = Field(description="The user.")
    key: str
    options: str = ""
    path: str | None = None
    absent: bool = False

    @field_validator("key")
    @classmethod
    def _whole(cls, key: str) -> str:
        if "\n" in key.strip() or len(key.split()) < _FIELDS:
            message = "a key is one line: its type, the key, a comment"
            raise ValueError(message)
        return key.strip()


class AuthorizedKeyKind(PartKind):
    """Edits one line; makes ``~/.ssh`` as sshd wants it."""

    name = "authorized_key"
    model = AuthorizedKeyDeclared
    confined = False

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Everything is how: the state is the file's."""
        user = declared.authorized_key
        home = "/root" if user == "root" else f"/home/{user}"
        where = declared.path or f"{home}/.ssh/authorized_keys"
        how = {
            "path": where,
            "edits": True,
            "user": user,
            "key": declared.key,
            "line": f"{declared.options} {declared.key}".strip(),
            "absent": declared.absent,
        }
        return Wanted(f"{user}#{_short(declared.key)}", {}, how)

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """The file with this key once, or without it."""
        how, lines = resource.how, lines_of(text)
        wanted = f"{how['line']}\n"
        identity = " ".join(str(how["key"]).split()[:_FIELDS])
        spots = [
            n for n, line in enumerate(lines) if identity in " ".join(line.split())
        ]
        if how.get("absent"):
            if text is None:
                return None
            return bytes_of([ln for n, ln in enumerate(lines) if n not in spots])
        if not spots:
            return bytes_of([*ended(lines), wanted])
        rest = [ln for n, ln in enumerate(lines) if n not in spots[1:]]
        return bytes_of([*rest[: spots[0]], wanted, *rest[spots[0] + 1 :]])

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """The folder and the file belong to the user, and to nobody else."""
        written = super().commands(change, contents)
        if change.before is not None or change.after is None:
            return written
        where, user = str(change.how["path"]), quote(f"{change.how['user']}:")
        folder = path(where.rpartition("/")[0])
        return (
            f"[ -d {folder} ] || {{ mkdir -m 700 -- {folder} && chown {user} {folder}; }}",
            *written,
            f"chown {user} {path(where)}",
            f"chmod 600 {path(where)}",
        )


def _short(key: str) -> str:
    words = key.split()
    return words[_FIELDS] if len(words) > _FIELDS else words[1][-12:]
