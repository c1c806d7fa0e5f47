"""Nothing of a secret comes through, in whatever form and however the text is cut."""

import base64
import json
import shlex
import subprocess
from collections.abc import Callable
from functools import partial
from html import escape
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.drivers.redaction.finding import Finder
from holdfast.drivers.redaction.forms import SHORTEST, forms
from holdfast.drivers.redaction.redactor import Redactor, StreamRedactor, mask_for

VALUES = (
    "correct horse",
    "p@ss w0rd/+='\"\\ü$`&<x>",
    "-- BEGIN KEY --\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSjAgEA\n-- END KEY --\n",
    "  padded value  ",
    "x" * 120,
)


def _after(count: int, value: str) -> str:
    return base64.b64encode(b"u" * count + value.encode() + b"tail").decode()


PRINTED: dict[str, Callable[[str], str]] = {
    "as it is": lambda v: v,
    "trimmed": lambda v: v.strip(),
    "every line by itself": lambda v: " | ".join(
        line for line in v.splitlines() if len(line.strip()) >= SHORTEST
    ),
    "newlines as backslash n": lambda v: v.replace("\n", "\\n"),
    "newlines of Windows": lambda v: v.replace("\n", "\r\n"),
    "JSON": lambda v: json.dumps({"k": v}),
    "JSON in UTF-8": lambda v: json.dumps([v], ensure_ascii=False),
    "JSON of PHP": lambda v: json.dumps(v).replace("/", "\\/"),
    "URL": lambda v: "https://u:" + quote(v, safe="") + "@host/",
    "a path of a URL": quote,
    "a form": lambda v: "a=1&p=" + quote_plus(v),
    "small escapes": lambda v: (
        quote(v, safe="").lower() if v.islower() else quote(v, safe="")
    ),
    "quoted for a shell": lambda v: f"+ login --password={shlex.quote(v)}",
    "HTML": escape,
    "Python": repr,
    "hex": lambda v: v.encode().hex(),
    "hex in capitals": lambda v: v.encode().hex().upper(),
    **{f"base64 after {n} bytes": partial(_after, n) for n in range(4)},
    "base64 at the end": lambda v: base64.b64encode(b"user:" + v.encode()).decode(),
    "base64 for URLs": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "base64 in lines": lambda v: base64.encodebytes(v.encode()).decode(),
}


def _hidden(value: str, shown: str) -> bool:
    left = shown.encode("utf-8", "surrogatepass")
    return not any(form in left for form in forms(value))


@pytest.mark.parametrize("value", VALUES, ids=lambda v: v[:8].strip())
@pytest.mark.parametrize("how", PRINTED)
def test_what_programs_make_of_a_secret_is_hidden(how: str, value: str) -> None:
    redactor = Redactor()
    redactor.learn(value)
    printed = PRINTED[how](value)
    shown = redactor.redact(f"before {printed} after")
    assert "***" in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert _hidden(value, shown)
    assert len(shown) < len(printed) + 15 - 6, "most of it is gone"


@pytest.mark.parametrize("value", VALUES[:2], ids=lambda v: v[:8])
def test_what_a_real_shell_prints_of_a_secret_is_hidden(value: str) -> None:
    script = 'set -x\nprintf "%s\\n" "$P"\nprintf %s "$P" | base64\nprintf "%q" "$P"'
    done = subprocess.run(
        ["bash", "-c", script], env={"P": value}, capture_output=True, check=True
    )
    for said in (done.stdout, done.stderr):
        assert _hidden(value, Redacted(value)(said.decode()))
    assert "***" in Redacted(value)(done.stderr.decode())


class Redacted:
    """A redactor that knows one value."""

    def __init__(self, value: str) -> None:
        self._redactor = Redactor()
        self._redactor.learn(value)

    def __call__(self, text: str) -> str:
        return self._redactor.redact(text)


def test_a_value_too_short_to_hide_takes_no_words_out_of_texts() -> None:
    assert forms("abc") == frozenset()
    assert forms("  a ") == frozenset()
    assert Redacted("yes")("yes, we can") == "yes, we can"


# Values and texts are made of the same few pieces, so that they meet often.
PIECES = st.sampled_from(["ab", "aba", "b", "x", "\n", " ", "é", "*", "'", "1", "YWI"])
value = st.lists(PIECES, min_size=2, max_size=8).map("".join)
text = st.lists(st.one_of(PIECES, value), max_size=14).map("".join)
cuts = st.lists(st.integers(0, 80), max_size=8)


def _in_pieces(values: list[str], raw: bytes, cut_at: list[int]) -> bytes:
    redactor = StreamRedactor(values)
    places = sorted({0, *(min(c, len(raw)) for c in cut_at), len(raw)})
    parts = [raw[a:b] for a, b in pairwise(places)]
    return b"".join([*(redactor.feed(part) for part in parts), redactor.finish()])


@given(st.lists(value, min_size=1, max_size=4), text, text, text, cuts)
@example(["abab", "baba"], "ab", "ab", "ab", [1, 2, 3, 4, 5])
@example(["*ab*"], "ab", "*ab*", "ab", [3])
def test_cutting_a_stream_changes_nothing_and_shows_nothing(
    values: list[str], before: str, between: str, after: str, cut_at: list[int]
) -> None:
    raw = (before + values[0] + between + values[-1] + after).encode()
    whole = _in_pieces(values, raw, [])
    assert _in_pieces(values, raw, cut_at) == whole
    assert _in_pieces(values, raw, list(range(len(raw)))) == whole
    known = {form for one in values for form in forms(one)}
    assert not [form for form in known if form in whole]


@given(st.lists(value, min_size=1, max_size=4), text)
def test_a_text_is_redacted_as_a_stream_of_it_is(values: list[str], said: str) -> None:
    redactor = Redactor()
    for one in values:
        redactor.learn(one)
    assert redactor.redact(said).encode() == _in_pieces(values, said.encode(), [])


@given(st.lists(st.binary(min_size=1, max_size=24), min_size=1), st.binary())
def test_the_finder_finds_what_looking_everywhere_finds(
    known: list[bytes], between: bytes
) -> None:
    raw = between.join([b"", *known, *known[:3]])
    covered = set()
    for form in known:
        for start in range(len(raw)):
            if raw.startswith(form, start):
                covered |= set(range(start, start + len(form)))
    spans = Finder(frozenset(known)).spans(raw)
    assert {at for start, end in spans for at in range(start, end)} == covered
    assert all(a[1] < b[0] for a, b in pairwise(spans))


def test_only_the_beginning_of_a_secret_is_held_back() -> None:
    redactor = StreamRedactor(["correct horse battery staple"])
    assert redactor.feed(b"$ login\n") == b"$ login\n"
    assert redactor.feed(b"pass: corr") == b"pass: "
    assert redactor.feed(b"ect wrong\n") == b"correct wrong\n"
    assert redactor.feed(b"correct horse battery stapl") == b""
    assert redactor.feed(b"e!") == b"***!"
    assert redactor.finish() == b""


def test_the_end_of_a_stream_gives_out_what_was_held() -> None:
    redactor = StreamRedactor(["correct horse"])
    assert redactor.feed(b"correct") + redactor.finish() == b"correct"


def test_the_mask_is_three_stars_unless_a_secret_could_be_made_of_it() -> None:
    assert mask_for({b"plain", b"a*b"}) == b"***"
    other = mask_for({b"plain", b"*ends"})
    assert b"*" not in other
    assert mask_for({b"*ends", other}) not in (b"***", other)


def test_bytes_that_are_no_text_pass() -> None:
    raw = bytes(range(256)) * 3
    assert _in_pieces(["correct horse"], raw, [100, 300]) == raw
