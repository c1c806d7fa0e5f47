r"""
The filter patterns of GitHub's workflow syntax, for branches, tags and paths.

``*`` is any text without ``/``, ``**`` any text, ``?`` and ``+`` repeat the character
before them (none or one, one or more), ``[]`` is one character of a set, ``\\`` takes
the meaning away, ``!`` in front takes back what an earlier pattern chose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a list of patterns chooses a name, and which of them decided."""

    chosen: bool
    by: str = ""


def choose(patterns: Sequence[str], name: str) -> Choice:
    """What a list says of a name: the last pattern that fits decides."""
    choice = Choice(chosen=False)
    for pattern in patterns:
        if fits(pattern.removeprefix("!"), name):
            choice = Choice(chosen=not pattern.startswith("!"), by=pattern)
    return choice


def fits(pattern: str, name: str) -> bool:
    """Whether the whole name is of a pattern's form."""
    return _compiled(pattern).fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_Glob(pattern).atoms()), re.DOTALL)


@dataclass(slots=True)
class _Glob:
    """A pattern that is turned into the atoms of a regular expression."""

    pattern: str
    made: list[str] = field(default_factory=list)
    repeatable: bool = False
    """Whether the last atom is one character, so that ``?`` and ``+`` have a meaning."""

    def atoms(self) -> list[str]:
        at = 0
        while at < len(self.pattern):
            at = self._atom(at)
        return self.made

    def _atom(self, at: int) -> int:
        """Make the atom that begins here; where the next one does."""
        letter = self.pattern[at]
        if letter == "*":
            return self._stars(at)
        if letter in "?+" and self.made:
            if self.repeatable:
                self._add(letter, repeatable=False)
            return at + 1
        if letter == "[" and (end := self.pattern.find("]", at + 2)) > 0:
            self._add(f"[{_members(self.pattern[at + 1 : end])}]", repeatable=True)
            return end + 1
        if letter == "\\" and at + 1 < len(self.pattern):
            at += 1
        self._add(re.escape(self.pattern[at]), repeatable=True)
        return at + 1

    def _stars(self, at: int) -> int:
        end = at
        while self.pattern[end : end + 1] == "*":
            end += 1
        begins_folder = at == 0 or self.pattern[at - 1] == "/"
        if end == at + 1:
            self._add("[^/]*", repeatable=False)
        elif begins_folder and self.pattern[end : end + 1] == "/":
            self._add("(?:.*/)?", repeatable=False)
            end += 1
        else:
            self._add(".*", repeatable=False)
        return end

    def _add(self, atom: str, *, repeatable: bool) -> None:
        self.made.append(atom)
        self.repeatable = repeatable


def _members(inside: str) -> str:
    """The inside of a set: ranges that go upward stay ranges, all else is itself."""
    made, at = "", 0
    while at < len(inside):
        span = inside[at : at + 3]
        if len(span) == 3 and span[1] == "-" and span[0] <= span[2]:  # noqa: PLR2004 - a-z
            made += f"{re.escape(span[0])}-{re.escape(span[2])}"
            at += 3
        else:
            made += re.escape(inside[at])
            at += 1
    return made
