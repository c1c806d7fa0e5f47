"""JSON in and out, with bounds."""

import json
import math
import re
from collections.abc import Iterator
from typing import NoReturn

from holdfast.expressions.coerce import (
    Data,
    kind_of,
    number_of_text,
    number_text,
    refuse_secret,
    to_text,
)
from holdfast.expressions.errors import MAX_DATA_DEPTH, MAX_RESULT, impossible

_STRING_OR_BRACKET = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL
)


def from_json(text: Data) -> Data:
    """
    The value that a JSON text says.

    Raises ``ExpressionError`` when it is none or is nested too deeply; the error says
    where, and never what stands there.
    """
    written = to_text(text)
    _refuse_depth(written)
    try:
        return json.loads(
            written,
            parse_int=number_of_text,
            parse_float=number_of_text,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise impossible(f"fromJSON got no JSON: {error.msg} at {where}") from error


def _refuse_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        bracket = found[0]
        if bracket in "[{":
            depth += 1
        elif bracket in "]}":
            depth -= 1
        if depth > MAX_DATA_DEPTH:
            raise impossible(f"fromJSON got more than {MAX_DATA_DEPTH} levels")


def _no_constant(name: str) -> NoReturn:
    raise impossible(f"fromJSON got no JSON: {name} is not a value of JSON")


def to_json(value: Data) -> str:
    """
    A value as JSON, indented by two.

    Raises ``ExpressionError`` for a secret, and when it is too deep or too long.
    """
    parts: list[str] = []
    length = 0
    for part in _written(value, 0):
        length += len(part)
        if length > MAX_RESULT:
            raise impossible(f"The result is longer than {MAX_RESULT} characters")
        parts.append(part)
    return "".join(parts)


def _written(value: Data, depth: int) -> Iterator[str]:
    if depth > MAX_DATA_DEPTH:
        raise impossible(f"toJSON got more than {MAX_DATA_DEPTH} levels")
    refuse_secret(value)
    match kind_of(value):
        case "Array":
            items = ((item, "") for item in value)
            yield from _collection("[]", items, depth)
        case "Object":
            named = ((value[k], f"{_quoted(to_text(k))}: ") for k in value)
            yield from _collection("{}", named, depth)
        case _:
            yield _scalar(value)


def _collection(
    brackets: str, items: Iterator[tuple[Data, str]], depth: int
) -> Iterator[str]:
    indent = "\n" + "  " * (depth + 1)
    before = brackets[0] + indent
    empty = True
    for item, name in items:
        yield before + name
        yield from _written(item, depth + 1)
        before, empty = "," + indent, False
    yield brackets if empty else "\n" + "  " * depth + brackets[1]


def _scalar(value: Data) -> str:
    match value:
        case None:
            return "null"
        case str():
            return _quoted(value)
        case float() if not math.isfinite(value):
            return _quoted(number_text(value))
        case _:
            return to_text(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
