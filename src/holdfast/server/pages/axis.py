"""A run's time on paper: linear while anything works, cut short where nothing does."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CUT = 0.12
"""What an idle stretch takes at most, as a share of the time something worked."""
_LEAST = 1.0
"""Seconds under which nothing is cut."""
_TICKS = 6
_APART = 9.0
_STEPS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800),
)
"""Seconds between two ticks: what a person can count by."""

Stretch = tuple[float, float]
"""From one second to another, both since the run began."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of seconds, and where it is drawn in percent of the width."""

    since: float
    until: float
    left: float
    right: float
    cut: bool = False
    """Drawn shorter than it was, because nothing worked."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A second that is marked."""

    x: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Axis:
    """Where each second of a run is drawn, in percent; ``pieces`` follow each other."""

    pieces: tuple[Piece, ...]
    ticks: tuple[Tick, ...] = ()

    def x(self, second: float) -> float:
        """Where a second is; what lies outside is at the nearer end."""
        starts = [piece.since for piece in self.pieces]
        piece = self.pieces[max(0, bisect_right(starts, second) - 1)]
        length = piece.until - piece.since
        share = (second - piece.since) / length if length else 0.0
        reach = piece.right - piece.left
        return piece.left + min(1.0, max(0.0, share)) * reach

    @property
    def cuts(self) -> tuple[Piece, ...]:
        """What is drawn shorter than it was."""
        return tuple(piece for piece in self.pieces if piece.cut)


def axis_of(end: float, busy: Iterable[Stretch]) -> Axis:
    """The axis from 0 to ``end`` seconds, when something worked in ``busy`` stretches."""
    end = max(end, 0.001)
    work = [(max(0.0, a), min(b, end)) for a, b in merged(busy) if a < end and b > 0]
    worked = sum(b - a for a, b in work)
    most = max(worked * _CUT, _LEAST) if work else end
    stretches = _with_idle(work, end)
    drawn = [
        (a, b, min(b - a, most) if idle and b - a > 2 * most else b - a)
        for a, b, idle in stretches
    ]
    whole = sum(length for *_, length in drawn)
    pieces, at = [], 0.0
    for a, b, length in drawn:
        width = 100 * length / whole
        pieces.append(Piece(a, b, at, at + width, cut=length < b - a))
        at += width
    bare = Axis(tuple(pieces))
    return Axis(bare.pieces, _ticks(bare, whole))


def merged(stretches: Iterable[Stretch]) -> Sequence[Stretch]:
    """The same time as stretches that neither touch nor overlap, in order."""
    made: list[Stretch] = []
    for since, until in sorted(stretches):
        if made and since <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], until))
        else:
            made.append((since, until))
    return made


def _with_idle(work: Sequence[Stretch], end: float) -> list[tuple[float, float, bool]]:
    """Everything from 0 to the end, and whether nothing worked then."""
    made, at = [], 0.0
    for since, until in work:
        if since > at:
            made.append((at, since, True))
        made.append((since, until, False))
        at = until
    if at < end or not made:
        made.append((at, end, True))
    return made


def _ticks(axis: Axis, whole: float) -> tuple[Tick, ...]:
    """Round seconds, none inside of a cut and none too near to another."""
    step = next((one for one in _STEPS if whole / one <= _TICKS), _STEPS[-1])
    made: list[Tick] = []
    blocked = [(piece.left, piece.right) for piece in axis.cuts]
    for piece in axis.pieces:
        first = int(-(-piece.since // step))
        last = int(piece.until // step) if not piece.cut else first - 1
        for number in range(first, last + 1):
            x = axis.x(number * step)
            near = made and x - made[-1].x < _APART
            inside = any(a - _APART / 2 < x < b + _APART / 2 for a, b in blocked)
            if not near and not (inside and x > 0):
                made.append(Tick(x, number * step))
    return tuple(made)
