"""The time of a run's jobs in words and seconds, and as rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.model import JobView, Sort, Span, State
from holdfast.ports import RunSheet
from holdfast.server.pages.axis import Stretch

WAITS = frozenset(Sort) - {Sort.WORK, Sort.RUN}
"""What is no work, of this run or of another."""

WORDS = {
    Sort.WORK: "worked",
    Sort.QUEUE: "queued",
    Sort.WAIT: "waited for a moment",
    Sort.RUN: "waited for another run",
    Sort.GATE: "waited at a gate",
    Sort.PERSON: "was with people",
    Sort.DOUBT: "was in doubt",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch in the table of a run's times."""

    job: str
    step: str
    what: str
    since: datetime
    until: datetime | None
    seconds: float
    state: State


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since a run began; what goes on lasts until now."""

    begin: datetime
    now: datetime

    def stretch(self, span: Span) -> Stretch:
        """From which second to which."""
        since = (moment(span.since) - self.begin).total_seconds()
        until = moment(span.until) if span.until else self.now
        return since, max(since, (until - self.begin).total_seconds())

    def seconds(self, span: Span) -> float:
        """How long it was."""
        since, until = self.stretch(span)
        return until - since


def clock_of(sheet: RunSheet) -> Clock:
    """The clock of a run, as it was looked at."""
    begin = sheet.row.created
    return Clock(begin, sheet.row.ended or sheet.seen or begin)


def table(sheet: RunSheet) -> tuple[Row, ...]:
    """Every stretch, for who reads better than looks."""
    clock = clock_of(sheet)
    return tuple(
        Row(
            sheet.name(span.job),
            sheet.step(span.job, span.step) if span.step >= 0 else "",
            worded(span),
            moment(span.since),
            moment(span.until) if span.until else None,
            clock.seconds(span),
            span.state,
        )
        for span in every_span(sheet)
    )


def every_span(sheet: RunSheet) -> tuple[Span, ...]:
    """What the ledger has, and before it the time each job waited for its turn."""
    every = [*_queues(sheet), *sheet.spans]
    return tuple(sorted(every, key=lambda one: (moment(one.since), one.job)))


def _queues(sheet: RunSheet) -> Sequence[Span]:
    """From when a job could begin until it did."""
    first: dict[str, str] = {}
    for span in sheet.spans:
        first.setdefault(span.job, span.since)
    over, made = sheet.row.state.is_end, []
    for job in sheet.jobs:
        ready = _ready(sheet, job.needs)
        waits = () if over or ready is None else (JobView(job.id),)
        for seen in sheet.view.of(job.id) or waits:
            began = first.get(seen.key) or seen.ended
            if ready is None or seen.state is State.SKIPPED:
                continue
            if not began or moment(began) > ready:
                state = State.SUCCEEDED if began else State.QUEUED
                since = ready.isoformat()
                made.append(Span(seen.key, Sort.QUEUE, since, began, state=state))
    return made


def _ready(sheet: RunSheet, needs: Sequence[str]) -> datetime | None:
    """When everything a job needs had ended; ``None`` while something has not."""
    ends = [sheet.row.created]
    for need in needs:
        seen = sheet.view.of(need)
        if not seen or len(seen) < seen[0].total:
            return None
        if not all(job.ended and job.state.is_end for job in seen):
            return None
        ends += [moment(job.ended) for job in seen]
    return max(ends)


def worded(span: Span) -> str:
    """What it was, in words."""
    if span.sort is Sort.WORK and span.step < 0:
        return "was made ready"
    again = f", attempt {span.attempt}" if span.attempt > 1 else ""
    other = f" {span.child}" if span.child else ""
    return f"{WORDS[span.sort]}{other}{again}"


_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SHORT, _LONG = 10, 2 * _DAY


def spoken(seconds: float) -> str:
    """So long, short enough for an axis: ``0.4s``, ``12s``, ``4m05s``, ``3h12m``."""
    if seconds < _SHORT and seconds != int(seconds):
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "m", 1, "s")
    if whole < _LONG:
        return _two(whole, _HOUR, "h", _MINUTE, "m")
    return _two(whole, _DAY, "d", _HOUR, "h")


def _two(whole: int, large: int, word: str, small: int, other: str) -> str:
    many, rest = divmod(whole, large)
    few = rest // small
    return f"{many}{word}{few:02}{other}" if few else f"{many}{word}"


def moment(text: str) -> datetime:
    """A moment as the ledger writes it."""
    return datetime.fromisoformat(text)
