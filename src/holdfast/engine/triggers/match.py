"""An answer that explains itself: true, false, or not to be told for want of a field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum


class Truth(Enum):
    """Kleene's three values."""

    YES = "yes"
    NO = "no"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Match:
    """
    One condition, what was seen, and the conditions it is made of.

    ``what`` says what was wanted, ``seen`` the real value. Only ``YES`` starts anything.
    """

    what: str
    truth: Truth
    seen: str = ""
    parts: tuple["Match", ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is true."""
        return self.truth is Truth.YES


def leaf(what: str, seen: str | None, *, holds: bool) -> Match:
    """One condition on one value; ``None`` is a value that is not there."""
    if seen is None:
        return Match(what, Truth.MISSING)
    return Match(what, Truth.YES if holds else Truth.NO, seen)


def all_of(what: str, parts: Iterable[Match]) -> Match:
    """True when all are, false when one is false."""
    return _made_of(what, parts, Truth.NO, Truth.MISSING, Truth.YES)


def any_of(what: str, parts: Iterable[Match]) -> Match:
    """True when one is, false when all are false."""
    return _made_of(what, parts, Truth.YES, Truth.MISSING, Truth.NO)


def _made_of(what: str, parts: Iterable[Match], *order: Truth) -> Match:
    """The first truth of ``order`` that a part has; the last one where none has any."""
    found = tuple(parts)
    truths = {part.truth for part in found}
    truth = next((truth for truth in order if truth in truths), order[-1])
    return Match(what, truth, parts=found)


def explain(match: Match) -> tuple[str, ...]:
    """The tree as lines: the truth, then what was wanted, then what was seen."""
    return tuple(_lines(match, 0))


def _lines(match: Match, depth: int) -> Iterator[str]:
    seen = f" (seen: {match.seen})" if match.seen else ""
    yield f"{match.truth.value:<8}{'  ' * depth}{match.what}{seen}"
    for part in match.parts:
        yield from _lines(part, depth + 1)
