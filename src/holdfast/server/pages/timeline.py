"""When each job and step of a run worked and what it waited for, as bars on an axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from holdfast.model import JobView, Sort, Span, State
from holdfast.ports import RunSheet
from holdfast.server.pages.axis import Axis, Stretch, axis_of, merged
from holdfast.server.pages.spans import (
    WAITS,
    WORDS,
    Clock,
    clock_of,
    every_span,
    spoken,
    worded,
)

THIN = 0.3
"""The least width of a bar, in percent: a short step is still seen."""

_PRESSING = (
    *(State.IN_DOUBT, State.GATED, State.FAILED, State.REJECTED, State.EXPIRED),
    *(State.RUNNING, State.WAITING, State.QUEUED, State.CANCELLED, State.SUCCEEDED),
    State.SKIPPED,
)
"""What several are told by together, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch, in percent of the width; ``text`` says the same in words."""

    x: float
    width: float
    sort: Sort
    state: State
    text: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Lane:
    """
    One row: a job, a step of one, or all the jobs of a matrix.

    ``worked`` and ``waited`` are seconds, ``parts`` the rows it is made of.
    """

    key: str
    label: str
    state: State
    bars: tuple[Bar, ...]
    worked: float
    waited: float
    parts: tuple["Lane", ...] = ()
    note: str = ""

    @property
    def attempts(self) -> int:
        """How often its step was tried."""
        return max((bar.attempt for bar in self.bars), default=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows over one axis, and which sorts of stretches are among them."""

    lanes: tuple[Lane, ...]
    axis: Axis
    sorts: tuple[Sort, ...]


def timeline(sheet: RunSheet) -> Timeline:
    """The picture of a run as it is now."""
    clock, spans = clock_of(sheet), every_span(sheet)
    busy = [clock.stretch(one) for one in spans if one.sort not in WAITS]
    ends = [clock.stretch(one)[1] for one in spans]
    whole = (clock.now - clock.begin).total_seconds()
    drawing = _Drawing(sheet, clock, axis_of(max([whole, *ends]), busy))
    for span in spans:
        drawing.spans.setdefault(span.job, []).append(span)
    lanes = [drawing.of_job(job.id) for job in sheet.jobs]
    sorts = {span.sort for span in spans}
    return Timeline(
        tuple(lane for lane in lanes if lane is not None),
        drawing.axis,
        tuple(sort for sort in Sort if sort in sorts),
    )


def counted(states: Sequence[State]) -> str:
    """How many stand how: ``57 succeeded, 3 failed``."""
    found = [(states.count(one), one) for one in State if one in states]
    return ", ".join(f"{n} {one.value.replace('_', ' ')}" for n, one in found)


def pressing(states: Iterable[State]) -> State:
    """The state that several are told by together."""
    return min(states, key=_PRESSING.index, default=State.WAITING)


@dataclass(frozen=True, slots=True)
class _Drawing:
    sheet: RunSheet
    clock: Clock
    axis: Axis
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def of_job(self, job: str) -> Lane | None:
        """The row of a job, or of its matrix; none of one that has had no time yet."""
        views = self.sheet.view.of(job) or (JobView(job),)
        lanes = [self._lane(view) for view in views if view.key in self.spans]
        if len(lanes) <= 1:
            return next(iter(lanes), None)
        states = [lane.state for lane in lanes]
        return Lane(
            key=job,
            label=f"{job} x {len(lanes)}",
            state=pressing(states),
            bars=tuple(self._together(views)),
            worked=sum(lane.worked for lane in lanes),
            waited=sum(lane.waited for lane in lanes),
            parts=tuple(lanes),
            note=counted(states),
        )

    def _lane(self, view: JobView) -> Lane:
        """The row of one job, and below it those of its steps."""
        spans, steps = self.spans[view.key], dict[int, list[Span]]()
        for span in spans:
            if span.step >= 0:
                steps.setdefault(span.step, []).append(span)
        parts = [self._step(view, index, mine) for index, mine in sorted(steps.items())]
        return Lane(
            view.key,
            self.sheet.name(view.key),
            view.state,
            tuple(map(self._bar, spans)),
            *self._sums(spans),
            parts=tuple(parts),
        )

    def _step(self, view: JobView, index: int, spans: Sequence[Span]) -> Lane:
        seen = view.steps.get(index)
        return Lane(
            f"{view.key}-{index}",
            self.sheet.step(view.key, index),
            seen.state if seen else State.WAITING,
            tuple(map(self._bar, spans)),
            *self._sums(spans),
        )

    def _bar(self, span: Span) -> Bar:
        stretch = self.clock.stretch(span)
        step = self.sheet.step(span.job, span.step) if span.step >= 0 else ""
        name = self.sheet.name(span.job) + (f", {step}" if step else "")
        ended = f", {_plain(span.state)}" if span.sort is Sort.WORK else ""
        lasts = ended if span.until else ", and goes on"
        text = f"{name}: {worded(span)} for {_length(stretch)}{lasts}"
        return Bar(*self._drawn(stretch), span.sort, span.state, text, span.attempt)

    def _together(self, views: Sequence[JobView]) -> Iterable[Bar]:
        """The jobs of a matrix as one row: when any waited, and when any worked."""
        mine = [span for view in views for span in self.spans.get(view.key, ())]
        for sort, sorts in ((Sort.QUEUE, WAITS), (Sort.WORK, frozenset(Sort) - WAITS)):
            some = [(self.clock.stretch(s), s) for s in mine if s.sort in sorts]
            for since, until in merged(stretch for stretch, _ in some):
                within = [s for (a, b), s in some if a <= until and b >= since]
                jobs = len({one.job for one in within})
                text = f"{jobs} jobs: {WORDS[sort]} for {_length((since, until))}"
                state = pressing(one.state for one in within)
                yield Bar(*self._drawn((since, until)), sort, state, text)

    def _drawn(self, stretch: Stretch) -> tuple[float, float]:
        """Where it begins and how wide it is, in percent."""
        left, right = map(self.axis.x, stretch)
        width = max(THIN, right - left)
        return round(min(left, 100 - width), 3), round(width, 3)

    def _sums(self, spans: Iterable[Span]) -> tuple[float, float]:
        """Seconds of work, and of everything else."""
        both = [(one.sort in WAITS, self.clock.seconds(one)) for one in spans]
        waited = sum(seconds for waits, seconds in both if waits)
        return sum(seconds for _, seconds in both) - waited, waited


def _length(stretch: Stretch) -> str:
    return spoken(stretch[1] - stretch[0])


def _plain(state: State) -> str:
    return state.value.replace("_", " ")
