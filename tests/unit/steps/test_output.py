"""What a step prints is kept as it is, whatever it is, and no line is held for ever."""

import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.engine.steps import output
from holdfast.engine.steps.output import Printed


class Pages:
    """Pages that count, and keep the beginning."""

    def __init__(self) -> None:
        self.text, self.size = b"", 0

    def length(self, _key: str, /) -> int:
        return self.size

    def keep(self, _key: str, offset: int, text: bytes, /) -> None:
        assert offset <= self.size
        self.size = max(self.size, offset + len(text))
        if len(self.text) < 10_000:
            self.text = (self.text[:offset] + text)[:10_000]


def test_a_line_without_an_end_is_not_held() -> None:
    pages, piece = Pages(), b"x" * (1 << 20)
    printed = Printed("k", pages)
    tracemalloc.start()
    for _ in range(200):
        printed.feed(piece)
    printed.feed(b"\n::error::after it\nand on\n")
    printed.finish()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pages.size == 200 * len(piece) + len(b"\n::error::after it\nand on\n")
    assert most < 20 << 20
    assert [one.text for one in printed.reader.annotations] == ["after it"]
    assert printed.last[-2:] == ["::error::after it", "and on"]


@given(
    lines=st.lists(
        st.sampled_from(
            [
                *(b"a", b"::error::e", b"::set-output name=a::b", b""),
                *(b"::stop-commands::t", b"::t::", b"y" * 40, b"::error::" + b"z" * 40),
                *(b"\x1b[2J", b"\xff"),
            ]
        ),
        max_size=12,
    ),
    seed=st.integers(0, 1000),
)
def test_pieces_of_any_size_give_the_same_pages(lines: list[bytes], seed: int) -> None:
    """Who attaches again gets other pieces, and must come to the same places."""
    whole = b"\n".join(lines)
    chance = random.Random(seed)  # noqa: S311 - any pieces will do
    kept: list[tuple[bytes, list[str]]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "_LONG", 30)
        for size in (1, 7, 1000, 0):
            pages = Pages()
            printed, left = Printed("k", pages), whole
            while left:
                cut = size or chance.randint(1, 50)
                printed.feed(left[:cut])
                left = left[cut:]
            printed.finish()
            kept.append((pages.text, [one.text for one in printed.reader.annotations]))
    assert all(one == kept[0] for one in kept)
    assert kept[0][1].count("z" * 40) == 0
