"""Every way a program may print a secret, as bytes. Needs the standard library only."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from html import escape
from shlex import quote
from urllib.parse import quote_from_bytes

SHORTEST = 4
"""Characters: anything shorter would take words out of ordinary text."""

_ENCODED_LINES = (76, 64)
"""Characters: where MIME and PEM break lines of base64."""
_SHELL_SPECIAL = re.compile(r"([^A-Za-z0-9_./:=@%^,+-])")


def forms(value: str) -> frozenset[bytes]:
    r"""
    The byte strings that give ``value`` away, whole and line by line.

    As it is, trimmed, with its newlines written ``\n`` and the other way round; each of
    these for a URL, in JSON, for a shell, in HTML, in Python, in hex, and in base64 with
    any bytes before it. Empty for a value that is too short to be hidden.
    """
    return frozenset(
        form
        for text in _texts(value)
        if len(text.strip()) >= SHORTEST
        for form in _written(text)
        if len(form) >= SHORTEST
    )


def _texts(value: str) -> frozenset[str]:
    """The value, what becomes of its newlines, and every line."""
    unfolded = (
        value.replace("\\r", "").replace("\\n", "\n") if "\\n" in value else value
    )
    plain = value.replace("\r\n", "\n")
    whole = {value, plain, unfolded, plain.replace("\n", "\r\n")}
    folded = {text.replace("\r", "\\r").replace("\n", "\\n") for text in whole}
    lines = {line for text in whole for line in text.splitlines()}
    every = whole | folded | lines
    return frozenset(every | {text.strip() for text in every})


def _written(text: str) -> Iterator[bytes]:
    for raw in _encoded(text):
        yield raw
        yield from _in_url(raw)
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield from _in_base64(raw)
    for words in (_in_json, _in_shell, _in_markup):
        for form in words(text):
            yield from _encoded(form)


def _encoded(text: str) -> Iterator[bytes]:
    """UTF-8; bytes that were none are also given as they were, and as they are shown."""
    yield text.encode("utf-8", "surrogatepass")
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return
    yield raw
    yield raw.decode(errors="replace").encode()


def _in_url(raw: bytes) -> Iterator[bytes]:
    for safe in ("", "/", "!'()*"):
        form = quote_from_bytes(raw, safe)
        yield form.encode()
        yield _small_escapes(form).encode()
    plus = quote_from_bytes(raw, " ").replace(" ", "+")
    yield plus.encode()
    yield _small_escapes(plus).encode()


def _small_escapes(form: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form)


def _in_json(text: str) -> Iterator[str]:
    for ascii_only in (True, False):
        form = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield form
        yield form.replace("/", "\\/")
        yield _replaced(form, {c: f"\\u{ord(c):04x}" for c in "<>&"})
    yield repr(text)[1:-1]


def _in_shell(text: str) -> Iterator[str]:
    yield quote(text)
    yield text.replace("'", "'\"'\"'")
    yield text.replace("'", "'\\''")
    yield _replaced(text, {c: f"\\{c}" for c in '\\"$`'})
    yield _SHELL_SPECIAL.sub(r"\\\1", text)


def _in_markup(text: str) -> Iterator[str]:
    yield escape(text, quote=False)
    yield escape(text)
    yield escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def _replaced(text: str, by: dict[str, str]) -> str:
    return "".join(by.get(letter, letter) for letter in text)


def _in_base64(raw: bytes) -> Iterator[bytes]:
    coders: tuple[Callable[[bytes], bytes], ...] = (b64encode, urlsafe_b64encode)
    for coded_as in coders:
        for before in range(3):
            coded = coded_as(b"\0" * before + raw)
            first = (0, 2, 3)[before]
            rest = (before + len(raw)) % 3
            yield coded[first : len(coded) - (0, 3, 2)[rest]]
            yield coded[first:].rstrip(b"=")
            yield coded[first:]
        for width in _ENCODED_LINES:
            whole = coded_as(raw)
            if len(whole) > width:
                yield from (
                    whole[at : at + width] for at in range(0, len(whole), width)
                )
