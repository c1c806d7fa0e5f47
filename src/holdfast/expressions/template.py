"""Finding ``${{ }}`` in text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from holdfast.expressions.errors import MAX_LENGTH, ExpressionError
from holdfast.model import each_in

_START, _END = "${{", "}}"
_QUOTED_OR_END = re.compile(r"}}|'(?:[^']*'|[^']*\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, plain or the inside of one ``${{ }}``."""

    text: str
    is_expression: bool


def parts(text: str) -> tuple[Part, ...]:
    """
    The plain stretches of a text and the expressions between them, none empty.

    Raises ``ExpressionError`` when a ``${{`` is never closed. A ``}}`` inside of a
    quoted string closes nothing.
    """
    return _known_parts(text) if len(text) <= MAX_LENGTH else tuple(_parts(text))


def texts_in(value: Any) -> Iterator[str]:
    """Every text in plain values, at any depth; no keys."""
    return each_in(value, str)


@lru_cache(maxsize=4096)
def _known_parts(text: str) -> tuple[Part, ...]:
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    at = 0
    while at < len(text):
        start = text.find(_START, at)
        if start < 0:
            yield Part(text[at:], is_expression=False)
            return
        if start > at:
            yield Part(text[at:start], is_expression=False)
        end = _end(text, start)
        yield Part(text[start + len(_START) : end].strip(), is_expression=True)
        at = end + len(_END)


def _end(text: str, start: int) -> int:
    """Where the expression that begins at ``start`` is closed."""
    for found in _QUOTED_OR_END.finditer(text, start + len(_START)):
        if found[0] == _END:
            return found.start()
    message = (
        "The expression is not closed. An unescaped ${{ sequence was found, "
        "but the closing }} sequence was not found."
    )
    raise ExpressionError("parsing", message, start + 1, text)
