"""
Problem matchers as GitHub's runner reads and follows them. Needs the standard library only.

A file has ``{"problemMatcher": [{"owner", "severity", "pattern": [...]}]}``. A pattern is
for one line: ``regexp``, and which of its groups is ``file``, ``fromPath``, ``line``,
``column``, ``severity``, ``code`` or ``message``. The last may ``loop`` over many lines.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GROUPS = ("file", "fromPath", "line", "column", "severity", "code", "message")
LEVELS = ("error", "warning", "notice")
_MOST_PATTERNS = 20
_NAMED = re.compile(r"\(\?<(?=[A-Za-z_])")

Found = Mapping[str, str]
"""What groups of the lines so far held, by their names."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one line has to be like, and which of its groups is what."""

    regexp: "re.Pattern[str]"
    groups: Mapping[str, int]
    loop: bool = False

    def match(self, line: str, before: Found) -> Found | None:
        """What is known with this line; ``None`` when it is not like that."""
        found = self.regexp.search(line)
        if found is None:
            return None
        mine = {name: found[number] or "" for name, number in self.groups.items()}
        return {**before, **mine}


@dataclass(slots=True)
class Matcher:
    """One matcher at work: it sees every line, in order."""

    owner: str
    severity: str
    patterns: Sequence[Pattern]
    _seen: list[Found | None] = field(default_factory=list)
    """What the lines before came to, by the pattern they were matched up to."""

    def feed(self, line: str) -> Found | None:
        """What a line completes; ``None`` for nothing."""
        last = len(self.patterns) - 1
        seen = self._seen or [None] * last
        made: list[Found | None] = [None] * last
        for index, pattern in enumerate(self.patterns):
            before = {} if not index else seen[index - 1]
            found = None if before is None else pattern.match(line, before)
            if index < last:
                made[index] = found
            elif found is not None:
                self._seen = [None] * last
                if pattern.loop and last:
                    self._seen[-1] = before
                return found
        self._seen = made
        return None


def matchers_in(text: str) -> dict[str, Mapping[str, Any]]:
    """
    The matchers of a file by their owners, as plain data that :func:`matcher` takes.

    Raises ``ValueError`` with what is wrong; nothing of the text but names is in it.
    """
    try:
        told = json.loads(text)
    except ValueError:
        message = "it is no JSON"
        raise ValueError(message) from None
    every = told.get("problemMatcher") if isinstance(told, dict) else None
    if not isinstance(every, list) or not every:
        message = "it has no list `problemMatcher`"
        raise ValueError(message)
    found = {}
    for one in every:
        made = matcher(one)
        found[made.owner] = one
    return found


def matcher(told: Any) -> Matcher:
    """A matcher from plain data; raises ``ValueError``."""
    owner = told.get("owner") if isinstance(told, dict) else None
    if not isinstance(owner, str) or not owner:
        message = "a matcher has no `owner`"
        raise ValueError(message)
    severity = str(told.get("severity") or "error").lower()
    if severity not in LEVELS:
        message = f"`severity` of `{owner}` is none of {', '.join(LEVELS)}"
        raise ValueError(message)
    written = told.get("pattern")
    if not isinstance(written, list) or not 0 < len(written) <= _MOST_PATTERNS:
        message = f"`{owner}` wants 1 to {_MOST_PATTERNS} of `pattern`"
        raise ValueError(message)
    patterns = tuple(_pattern(owner, one) for one in written)
    _check(owner, patterns)
    return Matcher(owner, severity, patterns)


def _pattern(owner: str, told: Any) -> Pattern:
    if not isinstance(told, dict) or not isinstance(told.get("regexp"), str):
        message = f"a pattern of `{owner}` has no `regexp`"
        raise ValueError(message)  # noqa: TRY004 - what was written is wrong
    try:
        regexp = re.compile(_NAMED.sub("(?P<", told["regexp"]))
    except (re.error, RecursionError, OverflowError) as error:
        message = f"a `regexp` of `{owner}` cannot be used: {error}"
        raise ValueError(message) from None
    groups = {name: told[name] for name in GROUPS if told.get(name) is not None}
    for name, number in groups.items():
        if type(number) is not int or not 0 <= number <= regexp.groups:
            message = f"`{name}` of `{owner}` is none of the {regexp.groups} groups"
            raise ValueError(message)
    return Pattern(regexp, groups, loop=told.get("loop") is True)


def _check(owner: str, patterns: Sequence[Pattern]) -> None:
    if "message" not in patterns[-1].groups:
        message = f"the last pattern of `{owner}` says no `message`"
        raise ValueError(message)
    if any(one.loop for one in patterns[:-1]) or (
        len(patterns) == 1 and patterns[0].loop
    ):
        message = f"only the last of several patterns of `{owner}` may `loop`"
        raise ValueError(message)
