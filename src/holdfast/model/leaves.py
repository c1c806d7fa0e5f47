"""Nested plain values as lines: what people read where machines keep a tree."""

from collections.abc import Iterator, Mapping
from typing import Any

Line = tuple[str, str]
"""A path with dots, and the text found there."""

Part = tuple[str, tuple[tuple[str, tuple[Line, ...]], ...]]
"""A name, and what stands below it: keys with their lines."""


def leaves(value: Any, path: str = "") -> Iterator[Line]:
    """
    Every text in a value with the path it is found at; nothing for what is empty.

    A list of plain values is one text with commas.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)) and any(map(_is_nested, value)):
        for number, item in enumerate(value, 1):
            yield from leaves(item, f"{path}.{number}" if path else str(number))
    elif text := _text(value):
        yield path, text


def parts(shows: Mapping[str, Any]) -> tuple[Part, ...]:
    """A tree of parts for reading; a part, or a key of one, without text is left out."""
    found = ((name, tuple(_entries(value))) for name, value in shows.items())
    return tuple((name, entries) for name, entries in found if entries)


def _entries(value: Any) -> Iterator[tuple[str, tuple[Line, ...]]]:
    items = value.items() if isinstance(value, Mapping) else [("", value)]
    for key, item in items:
        if lines := tuple(leaves(item)):
            yield str(key), lines


def _is_nested(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list() | tuple():
            return ", ".join(map(_text, value))
        case _:
            return str(value).strip()
