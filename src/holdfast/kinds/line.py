"""``line``: one line of a file."""

import re
from typing import Any, Self

from pydantic import model_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.parts import PartKind, bytes_of, ended, lines_of
from holdfast.model import Resource
from holdfast.ports import Wanted


class LineDeclared(Strict):
    """
    One line of a file.

    The last line that ``match`` finds becomes ``text``; when none does, ``text`` is put
    after the last line that ``insert_after`` finds (before the last for
    ``insert_before``), else at the end. With ``absent`` every line that matches goes.
    Several lines of one file are told apart by ``key`` (``text`` or ``match`` when not
    given).

        - line: /etc/ssh/sshd_config
          match: ^#?PermitRootLogin
          text: PermitRootLogin no
          then: reload ssh
    """

    line: str
    text: str | None = None
    match: str | None = None
    key: str | None = None
    insert_after: str | None = None
    insert_before: str | None = None
    create: bool = True
    absent: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.text is None and not (self.absent and self.match):
            message = "a line needs `text:`, or `absent: true` with `match:`"
            raise ValueError(message)
        for pattern in (self.match, self.insert_after, self.insert_before):
            try:
                re.compile(pattern or "")
            except re.error as error:
                message = f"{pattern!r} is no regular expression: {error}"
                raise ValueError(message) from error
        return self


class LineKind(PartKind):
    """Edits one line."""

    name = "line"
    model = LineDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Everything is how: the state is the file's."""
        keys = ("text", "match", "insert_after", "insert_before")
        given = {key: getattr(declared, key) for key in keys}
        how = {key: value for key, value in given.items() if value is not None}
        name = f"{declared.line}#{declared.key or declared.text or declared.match}"
        flags = {"absent": declared.absent, "create": declared.create}
        return Wanted(name, {}, {"path": declared.line, "edits": True, **how, **flags})

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """The file with this line as wanted."""
        how, lines = resource.how, lines_of(text)
        match = re.compile(str(how["match"])) if "match" in how else None
        wanted = f"{how['text']}\n" if "text" in how else ""
        if how.get("absent"):
            kept = [line for line in lines if not _found(line, match, wanted)]
            return None if text is None else bytes_of(kept)
        if text is None and not how.get("create", True):
            return None
        spots = [
            n for n, line in enumerate(lines) if match and match.search(_bare(line))
        ]
        if spots:
            lines[spots[-1]] = wanted
        elif wanted not in lines and wanted.rstrip("\n") not in lines:
            lines = _inserted(ended(lines), wanted, resource)
        return bytes_of(lines)


def _bare(line: str) -> str:
    return line.removesuffix("\n")


def _found(line: str, match: re.Pattern[str] | None, wanted: str) -> bool:
    if match:
        return bool(match.search(_bare(line)))
    return _bare(line) == _bare(wanted)


def _inserted(lines: list[str], wanted: str, resource: Resource) -> list[str]:
    before, after = resource.how.get("insert_before"), resource.how.get("insert_after")
    if before == "BOF":
        return [wanted, *lines]
    pattern = before if before is not None else after
    if pattern is None or pattern == "EOF":
        return [*lines, wanted]
    spots = [n for n, line in enumerate(lines) if re.search(str(pattern), _bare(line))]
    if not spots:
        return [*lines, wanted]
    at = spots[-1] + (0 if before is not None else 1)
    return [*lines[:at], wanted, *lines[at:]]
