"""How one type becomes another, and how two values are compared."""

import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from holdfast.expressions.errors import impossible
from holdfast.model import Sensitive

Data: TypeAlias = Any
"""None, bool, int, float, str, a list or tuple, a mapping, or a Sensitive."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX = re.compile(r"0x[0-9A-Fa-f]+")
_OCTAL = re.compile(r"0o[0-7]+")
_INFINITE = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_EXACT = 2**53


def kind_of(value: Data) -> str:  # noqa: PLR0911 - one per type
    """
    The language's name for a value's type.

    Raises ``ExpressionError`` for a value the language has no type for.
    """
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int() | float():
            return "Number"
        case str():
            return "String"
        case list() | tuple():
            return "Array"
        case Mapping():
            return "Object"
        case Sensitive():
            return "Secret"
        case _:
            raise impossible(
                f"A value of type {type(value).__name__} cannot be used here"
            )


def is_primitive(value: Data) -> bool:
    """Whether a value is neither array nor object; a secret may not be asked."""
    refuse_secret(value)
    return kind_of(value) not in {"Array", "Object"}


def refuse_secret(*values: Data) -> None:
    """Raise ``ExpressionError`` when one of these is a secret nobody may look at."""
    for value in values:
        if isinstance(value, Sensitive):
            raise impossible(
                f"The secret '{value.name}' can only be passed on whole, "
                "not compared or made part of a text"
            )


def is_truthy(value: Data) -> bool:
    """Whether a value counts as true; arrays, objects and secrets always do."""
    if kind_of(value) in {"Array", "Object", "Secret"}:
        return True
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


def to_number(value: Data) -> int | float:
    """A value as a number; NaN when it is none."""
    refuse_secret(value)
    match value:
        case None:
            return 0
        case bool():
            return int(value)
        case int() | float():
            return value
        case str():
            return number_of_text(value.strip())
        case _:
            return math.nan


def number_of_text(text: str) -> int | float:
    """What a text says as a number; empty is 0, anything unreadable NaN."""
    if not text:
        return 0
    if text in _INFINITE:
        return _INFINITE[text]
    if _DECIMAL.fullmatch(text):
        return tidy(float(text))
    if _HEX.fullmatch(text):
        return _whole(int(text, 0))
    if _OCTAL.fullmatch(text):
        return _whole(int(text, 0))
    return math.nan


def tidy(number: float) -> int | float:
    """A number without a fraction as an integer, as long as it is exact."""
    if math.isfinite(number) and number.is_integer() and abs(number) <= _EXACT:
        return int(number)
    return number


def _whole(number: int) -> int | float:
    if number <= _EXACT:
        return number
    return float(number) if number.bit_length() <= 1023 else math.inf  # noqa: PLR2004


def to_text(value: Data) -> str:
    """A value as a string: ``""`` for null, ``Array`` and ``Object`` for those."""
    refuse_secret(value)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case str():
            return value
        case _:
            return kind_of(value)


def number_text(number: float) -> str:
    """A number in at most 15 digits, integers whole."""
    if isinstance(number, int):
        return str(number) if abs(number) < 10**300 else number_text(math.inf)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return format(tidy(number), ".15G") if number else "0"


def fold(text: str) -> str:
    """
    A text as it is compared: case does not matter, character by character.

    No character outside of ASCII is the same as one inside it (a dotless i is no I).
    """
    if text.isascii():
        return text.upper()
    return "".join(_fold_one(character) for character in text)


def _fold_one(character: str) -> str:
    upper = character.upper()
    if len(upper) != 1 or upper.isascii() != character.isascii():
        return character
    return upper


def equal(left: Data, right: Data) -> bool:
    """Whether two values are the same, after making them of one type."""
    refuse_secret(left, right)
    kinds = {kind_of(left), kind_of(right)}
    if kinds == {"String"}:
        return fold(left) == fold(right)
    if kinds <= {"Array", "Object"}:
        return left is right
    return to_number(left) == to_number(right)


def greater(left: Data, right: Data) -> bool:
    """Whether the left value comes after the right one, after making them one type."""
    refuse_secret(left, right)
    kinds = {kind_of(left), kind_of(right)}
    if kinds == {"String"}:
        return fold(left) > fold(right)
    if kinds == {"Null"} or kinds <= {"Array", "Object"}:
        return False
    return to_number(left) > to_number(right)


def member(mapping: Mapping[Any, Data], key: str, missing: Data = None) -> Data:
    """The value of a key whose case does not matter; ``missing`` when there is none."""
    if key in mapping:
        return mapping[key]
    wanted = fold(key)
    for name in mapping:
        if fold(to_text(name)) == wanted:
            return mapping[name]
    return missing
