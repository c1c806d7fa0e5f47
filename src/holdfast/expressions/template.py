"""Finding ``${{ }}`` in text."""

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.expressions.errors import ExpressionError

_START, _END = "${{", "}}"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, plain or the inside of one ``${{ }}``."""

    text: str
    is_expression: bool


def parts(text: str) -> Iterator[Part]:
    """
    The plain stretches of a text and the expressions between them, none empty.

    Raises ``ExpressionError`` when a ``${{`` is never closed. A ``}}`` inside of a
    quoted string closes nothing.
    """
    at = 0
    while at < len(text):
        start = text.find(_START, at)
        if start < 0:
            yield Part(text[at:], is_expression=False)
            return
        if start > at:
            yield Part(text[at:start], is_expression=False)
        end = _end(text, start + len(_START))
        yield Part(text[start + len(_START) : end].strip(), is_expression=True)
        at = end + len(_END)


def _end(text: str, at: int) -> int:
    start, quoted = at, False
    while at < len(text):
        if text[at] == "'":
            quoted = not quoted
        elif not quoted and text.startswith(_END, at):
            return at
        at += 1
    message = (
        "The expression is not closed. An unescaped ${{ sequence was found, "
        "but the closing }} sequence was not found."
    )
    raise ExpressionError("parsing", message, start - len(_START) + 1, text)
