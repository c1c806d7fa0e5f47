"""Values of an event held against what ``match:`` wants."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from holdfast.engine.triggers.match import Match, leaf

_LONGEST_SHOWN = 80
_LONGEST_TRIED = 4096
"""A regular expression is not tried on longer texts: they come from outside."""


class _Nothing:
    """What stands for a field that is not there; ``null`` is a value."""


NOTHING: Final = _Nothing()


def words(value: Any) -> tuple[str, ...]:
    """One text or a list of them, as a tuple of texts."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(text(one) for one in value)
    return (text(value),)


def text(value: Any) -> str:
    """A value as it is compared and shown: texts as they are, the rest as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def shown(value: Any) -> str:
    """A value for people, cut where it is long."""
    said = text(value)
    return said if len(said) <= _LONGEST_SHOWN else f"{said[:_LONGEST_SHOWN]}…"


def at(data: Any, path: str) -> Any:
    """
    The value under a key, or along dots; :data:`NOTHING` when there is none.

    ``commits.0.id`` goes into lists by number. A key that has dots itself is found first.
    """
    if isinstance(data, Mapping) and path in data:
        return data[path]
    head, dot, rest = path.partition(".")
    inner: Any = NOTHING
    if isinstance(data, Mapping):
        inner = data.get(head, NOTHING)
    elif isinstance(data, list | tuple) and head.isdecimal() and int(head) < len(data):
        inner = data[int(head)]
    return at(inner, rest) if dot and inner is not NOTHING else inner


def conditions(wanted: Any, data: Any, within: str = "") -> Iterator[Match]:
    """One condition for each key of a ``match:``; mappings in it go deeper."""
    if not isinstance(wanted, Mapping):
        return
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            yield from conditions(value, at(data, key), f"{within}{key}.")
        else:
            yield compared(f"{within}{key}", value, at(data, key))


def compared(name: str, wanted: Any, seen: Any) -> Match:
    """
    One value against one wanted value, or a list of which one is enough.

    A wanted text that begins with ``~`` is a regular expression for the whole value.
    Of a list that was seen, one member is enough.
    """
    wishes = words(wanted) if wanted is not None else (text(None),)
    what = f"{name} is {' or '.join(wishes) or 'one of none'}"
    if seen is NOTHING:
        return leaf(what, None, holds=False)
    found = seen if isinstance(seen, list | tuple) else (seen,)
    holds = any(_is(one, text(value)) for one in wishes for value in found)
    return leaf(what, shown(seen), holds=holds)


def _is(wanted: str, seen: str) -> bool:
    if not wanted.startswith("~"):
        return wanted == seen
    pattern = _pattern(wanted[1:])
    if pattern is None or len(seen) > _LONGEST_TRIED:
        return False
    return pattern.fullmatch(seen) is not None


@lru_cache(maxsize=4096)
def _pattern(written: str) -> re.Pattern[str] | None:
    """A regular expression, ``None`` where it is none: it fits nothing."""
    try:
        return re.compile(written)
    except re.error:
        return None
