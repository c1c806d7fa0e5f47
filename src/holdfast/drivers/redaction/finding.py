"""Find many byte strings in a text at once, without a regular expression for them all."""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Literal

Span = tuple[int, int]


class _Blocks:
    """
    Finds forms of at least ``2 * size - 1`` bytes by the blocks they cover.

    Wherever such a form stands, it covers one whole block of ``size`` bytes that begins
    at a multiple of ``size``. So it is enough to look each of these blocks up in a table
    of the first ``size`` blocks of every form; a text without any is passed over at the
    speed of one look-up a block.
    """

    def __init__(self, size: Literal[4, 8], forms: Collection[bytes]) -> None:
        self._size = size
        table: defaultdict[int, list[tuple[bytes, int]]] = defaultdict(list)
        for form in forms:
            for offset in range(size):
                block = form[offset : offset + size]
                table[int.from_bytes(block, sys.byteorder)].append((form, offset))
        self._table = dict(table)
        self._blocks = frozenset(table)

    def spans(self, text: bytes) -> Iterator[Span]:
        """Where each form stands, in no order."""
        size = self._size
        whole = memoryview(text)[: len(text) // size * size]
        words = whole.cast("Q" if size == 8 else "I")  # noqa: PLR2004 - its bytes
        if not self._blocks or self._blocks.isdisjoint(words):
            return
        for number, word in enumerate(words):
            for form, offset in self._table.get(word, ()):
                start = number * size - offset
                if start >= 0 and text.startswith(form, start):
                    yield start, start + len(form)


class Finder:
    """Knows forms; none is empty."""

    def __init__(self, forms: Collection[bytes]) -> None:
        self.longest = max(map(len, forms), default=0)
        self._long = _Blocks(8, [f for f in forms if len(f) >= 15])  # noqa: PLR2004 - 2 * 8 - 1
        self._middle = _Blocks(4, [f for f in forms if 7 <= len(f) < 15])  # noqa: PLR2004
        self._short = tuple(f for f in forms if len(f) < 7)  # noqa: PLR2004
        heads: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for form in forms:
            heads[form[:1]].append(form)
            heads[form[:2]].append(form)
        self._heads = dict(heads)

    def spans(self, text: bytes) -> list[Span]:
        """Every run of bytes that forms cover, in order; those that touch are one."""
        merged: list[Span] = []
        for start, end in sorted(self._found(text)):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def begun(self, text: bytes) -> int:
        """The first place from which on the rest may be the beginning of a form."""
        size, heads = len(text), self._heads
        for start in range(max(0, size - self.longest + 1), size):
            known = heads.get(text[start : start + 2])
            if known:
                rest = text[start:]
                if any(len(f) > len(rest) and f.startswith(rest) for f in known):
                    return start
        return size

    def _found(self, text: bytes) -> Iterator[Span]:
        yield from self._long.spans(text)
        yield from self._middle.spans(text)
        for form in self._short:
            start = text.find(form)
            while start >= 0:
                yield start, start + len(form)
                start = text.find(form, start + 1)
