"""From characters to tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from holdfast.expressions.coerce import number_of_text
from holdfast.expressions.errors import MAX_LENGTH, ExpressionError, located


class Mark(Enum):
    """What a token is."""

    LITERAL = "literal"
    NAME = "name"
    OPERATOR = "operator"
    OPEN = "("
    CLOSE = ")"
    START_INDEX = "["
    END_INDEX = "]"
    COMMA = ","
    DOT = "."
    STAR = "*"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; ``position`` counts from 1."""

    mark: Mark
    text: str
    position: int
    value: bool | int | float | str | None = None


_BOUNDARY = frozenset("()[],.!><=&|")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|0x[0-9A-Fa-f]+|0o[0-7]+|[+-]?Infinity"
)
_SINGLE = {mark.value: mark for mark in Mark if len(mark.value) == 1}
_WORDS: dict[str, bool | float | None] = {
    "null": None,
    "true": True,
    "false": False,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
_ENDS_A_VALUE = frozenset(
    {Mark.LITERAL, Mark.NAME, Mark.CLOSE, Mark.END_INDEX, Mark.STAR}
)


def tokens(text: str) -> Iterator[Token]:
    """
    Every token of an expression, and an END after them.

    Raises ``ExpressionError`` at the first character that belongs to none.
    """
    if len(text) > MAX_LENGTH:
        message = f"Exceeded max expression length {MAX_LENGTH}"
        raise ExpressionError("parsing", message)
    at, last = 0, Mark.COMMA
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at, last)
        yield token
        at += len(token.text)
        last = token.mark
    yield Token(Mark.END, "", len(text) + 1)


def _token(text: str, at: int, last: Mark) -> Token:
    character = text[at]
    if character == "'":
        return _string(text, at)
    if character == "." and last in _ENDS_A_VALUE:
        return Token(Mark.DOT, ".", at + 1)
    if character in "+-." or character in "0123456789":
        return _number(text, at)
    if character in _SINGLE:
        return Token(_SINGLE[character], character, at + 1)
    if character in "!<>=&|":
        return _operator(text, at)
    return _word(text, at, last)


def _string(text: str, at: int) -> Token:
    end = at + 1
    while end < len(text):
        if text[end] != "'":
            end += 1
        elif text[end + 1 : end + 2] == "'":
            end += 2
        else:
            raw = text[at : end + 1]
            value = raw[1:-1].replace("''", "'")
            return Token(Mark.LITERAL, raw, at + 1, value)
    raise located("lexing", "Unexpected symbol", text[at:], at + 1, text)


def _number(text: str, at: int) -> Token:
    raw = _until_boundary(text, at, also=".")
    if not _NUMBER.fullmatch(raw):
        raise located("lexing", "Unexpected symbol", raw, at + 1, text)
    return Token(Mark.LITERAL, raw, at + 1, number_of_text(raw))


def _operator(text: str, at: int) -> Token:
    for raw in (text[at : at + 2], text[at]):
        if raw in {"!=", "<=", ">=", "==", "&&", "||", "!", "<", ">"}:
            return Token(Mark.OPERATOR, raw, at + 1)
    raise located("lexing", "Unexpected symbol", text[at], at + 1, text)


def _word(text: str, at: int, last: Mark) -> Token:
    raw = _until_boundary(text, at)
    if not _NAME.fullmatch(raw):
        raise located("lexing", "Unexpected symbol", raw, at + 1, text)
    if raw in _WORDS and last is not Mark.DOT:
        return Token(Mark.LITERAL, raw, at + 1, _WORDS[raw])
    return Token(Mark.NAME, raw, at + 1)


def _until_boundary(text: str, at: int, also: str = "") -> str:
    end = at + 1
    while end < len(text):
        character = text[end]
        if character.isspace() or (character in _BOUNDARY and character not in also):
            break
        end += 1
    return text[at:end]
