"""``ini_key``: one key of an INI file."""

import re
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.parts import PartKind, bytes_of, ended, lines_of
from holdfast.model import Resource
from holdfast.ports import Wanted


class IniKeyDeclared(Strict):
    """
    One key in one section of an INI file; comments and order are left alone.

        - ini_key: /etc/app.ini
          section: server
          key: workers
          value: "4"
    """

    ini_key: str
    section: str = ""
    key: str
    value: str = ""
    absent: bool = False


class IniKeyKind(PartKind):
    """Edits one ``key = value`` line."""

    name = "ini_key"
    model = IniKeyDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Everything is how: the state is the file's."""
        how = {
            "path": declared.ini_key,
            "edits": True,
            "section": declared.section,
            "key": declared.key,
            "value": declared.value,
            "absent": declared.absent,
        }
        return Wanted(f"{declared.ini_key}#{declared.section}.{declared.key}", {}, how)

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """The file with the key as wanted, its section added when there is none."""
        how, lines = resource.how, lines_of(text)
        section, key = str(how["section"]), str(how["key"])
        wanted = f"{key} = {how['value']}\n"
        first, last = _section(lines, section)
        named = re.compile(rf"\s*{re.escape(key)}\s*[=:]")
        spots = [n for n in range(first, last) if named.match(lines[n])]
        if how.get("absent"):
            kept = [line for n, line in enumerate(lines) if n not in spots]
            return None if text is None else bytes_of(kept)
        if spots:
            value = re.split(r"[=:]", lines[spots[0]], maxsplit=1)[1].strip()
            if value != how["value"]:
                lines[spots[0]] = wanted
            return bytes_of(lines)
        if first > len(lines):
            return bytes_of([*ended(lines), f"[{section}]\n", wanted])
        at = last
        while at > first and not lines[at - 1].strip():
            at -= 1
        return bytes_of([*ended(lines[:at]), wanted, *lines[at:]])


def _section(lines: list[str], name: str) -> tuple[int, int]:
    """Where a section's keys are; past the end when there is no such section."""
    heads = [n for n, line in enumerate(lines) if re.match(r"\s*\[[^]]*\]", line)]
    if not name:
        return 0, heads[0] if heads else len(lines)
    for number, at in enumerate(heads):
        if lines[at].strip() == f"[{name}]":
            after = heads[number + 1] if number + 1 < len(heads) else len(lines)
            return at + 1, after
    return len(lines) + 1, len(lines) + 1
