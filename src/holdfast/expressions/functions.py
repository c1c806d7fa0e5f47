"""The functions of the language."""

from collections.abc import Callable, Mapping, Sequence

from holdfast.expressions.coerce import (
    Data,
    equal,
    fold,
    is_primitive,
    to_text,
)
from holdfast.expressions.errors import MAX_RESULT, impossible, located
from holdfast.expressions.jsontext import from_json, to_json
from holdfast.expressions.nodes import Call

STATUS = frozenset({"success", "failure", "always", "cancelled"})
"""Functions that ask how things went so far; there only where that is known."""

_ANY = 255
_COUNTS: Mapping[str, tuple[int, int]] = {
    "contains": (2, 2),
    "startswith": (2, 2),
    "endswith": (2, 2),
    "format": (1, _ANY),
    "join": (1, 2),
    "tojson": (1, 1),
    "fromjson": (1, 1),
    "hashfiles": (1, _ANY),
    "case": (3, _ANY),
    "success": (0, _ANY),
    "failure": (0, _ANY),
    "always": (0, 0),
    "cancelled": (0, 0),
}


def check_arguments(call: Call, text: str) -> None:
    """Raise ``ExpressionError`` for an unknown function or a wrong argument count."""
    counts = _COUNTS.get(call.name)
    if counts is None:
        what = "Unrecognized function"
    elif len(call.arguments) < counts[0]:
        what = "Too few parameters supplied"
    elif len(call.arguments) > counts[1]:
        what = "Too many parameters supplied"
    elif call.name == "case" and len(call.arguments) % 2 == 0:
        what = (
            "Even number of parameters supplied, requires an odd number of parameters"
        )
    else:
        return
    raise located("parsing", what, call.written, call.position, text)


def contains(search: Data, item: Data) -> bool:
    """Whether a text holds another, or an array an equal item; case does not matter."""
    if is_primitive(search):
        return is_primitive(item) and fold(to_text(item)) in fold(to_text(search))
    if isinstance(search, Mapping):
        return False
    return any(equal(one, item) for one in search)


def starts_with(text: Data, start: Data) -> bool:
    """Whether a text begins with another; case does not matter."""
    if not (is_primitive(text) and is_primitive(start)):
        return False
    return fold(to_text(text)).startswith(fold(to_text(start)))


def ends_with(text: Data, end: Data) -> bool:
    """Whether a text ends with another; case does not matter."""
    if not (is_primitive(text) and is_primitive(end)):
        return False
    return fold(to_text(text)).endswith(fold(to_text(end)))


def join(items: Data, separator: Data = ",") -> str:
    """An array's items as one text; an object gives an empty one."""
    if is_primitive(items):
        return to_text(items)
    if isinstance(items, Mapping):
        return ""
    between = to_text(separator) if is_primitive(separator) else ","
    texts = [to_text(item) for item in items]
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_RESULT:
        raise too_long()
    return between.join(texts)


def format_text(template: Data, *values: Data) -> str:
    """A text with ``{0}``, ``{1}`` filled in; ``{{`` and ``}}`` are braces."""
    text = to_text(template)
    parts: list[str] = []
    length = at = 0
    while at < len(text):
        part, at = _piece(text, at, values)
        length += len(part)
        if length > MAX_RESULT:
            raise too_long()
        parts.append(part)
    return "".join(parts)


def _piece(text: str, at: int, values: Sequence[Data]) -> tuple[str, int]:
    """The next piece of a filled in template, and where the one after it begins."""
    character = text[at]
    if character not in "{}":
        end = min(_found(text, "{", at), _found(text, "}", at))
        return text[at:end], end
    if text[at + 1 : at + 2] == character:
        return character, at + 2
    end = text.find("}", at)
    number = text[at + 1 : end]
    if character == "}" or not (number.isascii() and number.isdigit()):
        raise impossible(f"The following format string is invalid: {text}")
    if len(number) > 3 or int(number) >= len(values):  # noqa: PLR2004 - 255 at most
        raise impossible(
            "The following format string references more arguments than were "
            f"supplied: {text}"
        )
    return to_text(values[int(number)]), end + 1


def _found(text: str, what: str, start: int) -> int:
    at = text.find(what, start)
    return len(text) if at < 0 else at


def too_long() -> Exception:
    """What is raised when a result would not fit."""
    return impossible(f"The result is longer than {MAX_RESULT} characters")


PLAIN: Mapping[str, Callable[..., Data]] = {
    "contains": contains,
    "startswith": starts_with,
    "endswith": ends_with,
    "format": format_text,
    "join": join,
    "tojson": to_json,
    "fromjson": from_json,
}
"""Functions that need nothing but their arguments."""

ALWAYS_THERE = frozenset({*PLAIN, "case"})
"""Functions that every expression may use."""
