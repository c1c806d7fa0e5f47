"""A body as plain values, whatever was sent."""

import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from holdfast.drivers.webhooks.request import Request

MAX_DEPTH = 100
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000


class NotReadError(Exception):
    """A body that was proved and makes no sense; the message says why."""


def read_object(request: Request) -> Mapping[str, Any]:
    """
    The JSON object of a body; raises :class:`NotReadError` for everything else.

    A form (``application/x-www-form-urlencoded``) counts as the object in its field
    ``payload``, or as an object of its fields. No form begins with ``{``: that is
    what curl and others send under this name when nobody says what it is.
    """
    said = request.header("content-type").partition(";")[0].strip().lower()
    if said == _FORM and not request.body.lstrip().startswith(b"{"):
        return _read_form(request.body)
    return read_json(request.body)


def read_json(body: bytes) -> Mapping[str, Any]:
    """
    One JSON object in UTF-8, as RFC 8259 has it; raises :class:`NotReadError`.

    Not taken: a key that is there twice, numbers without an end, half of a character,
    more than 100 levels.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadError(f"byte {error.start} is not UTF-8") from None
    try:
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise NotReadError(
            f"it is not JSON: {error.msg.lower()} at {error.pos}"
        ) from None
    except RecursionError:
        raise NotReadError(f"it is nested deeper than {MAX_DEPTH}") from None
    except ValueError as error:
        raise NotReadError(str(error).partition(";")[0]) from None
    if not isinstance(found, dict):
        raise NotReadError("it is JSON but no object")
    if _is_deep(found):
        raise NotReadError(f"it is nested deeper than {MAX_DEPTH}")
    if "\\u" in text and not _is_whole(found):
        raise NotReadError("a text holds half of a character")
    return found


def _read_form(body: bytes) -> Mapping[str, Any]:
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise NotReadError("it is not a form") from None
    if "payload" in fields:
        return read_json(fields["payload"][0].encode())
    return {key: values[0] for key, values in fields.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is there twice")
    return made


def _no_constant(word: str) -> float:
    message = f"{word} is no number of JSON"
    raise ValueError(message)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _is_deep(value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _is_whole(value: Any) -> bool:
    """Whether every text can be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
