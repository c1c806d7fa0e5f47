"""Take secrets out of text, in every form a program may print them."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from shlex import quote
from urllib.parse import quote as url_quote
from urllib.parse import quote_plus

SHORTEST = 4
"""Characters: anything shorter would take words out of ordinary text."""

MASK = "***"


class Redactor:
    """Knows values; forgets none while the process lives."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: str) -> None:
        """Hide this value from now on, whole and line by line."""
        forms = {
            form
            for part in {value, *value.splitlines()}
            if len(part.strip()) >= SHORTEST
            for form in _forms(part)
        }
        if not forms <= self._forms:
            self._forms |= forms
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def redact(self, text: str) -> str:
        """The text with every known value as ``***``."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def _forms(value: str) -> Iterator[str]:
    """As it is, for a URL, in JSON, for a shell, in hex, and base64 at any offset."""
    raw = value.encode()
    yield value
    yield url_quote(value, safe="")
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value)
    yield raw.hex()
    yield raw.hex().upper()
    for offset in range(3):
        form = _base64_inside(raw, offset)
        if len(form) >= SHORTEST:
            yield form
            yield form.replace("+", "-").replace("/", "_")


def _base64_inside(raw: bytes, offset: int) -> str:
    """What base64 surely shows of these bytes when ``offset`` others stand before them."""
    coded = b64encode(b"\0" * offset + raw).decode()
    first = (0, 2, 3)[offset]
    rest = (offset + len(raw)) % 3
    last = len(coded) - (0, 3, 2)[rest]
    return coded[first:last]
