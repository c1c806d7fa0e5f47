"""From the entries of a run to what each of its jobs did with its time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from holdfast.model import Entry, Event, Sort, Span, State

_OUTCOMES = {
    "success": State.SUCCEEDED,
    "failure": State.FAILED,
    "cancelled": State.CANCELLED,
    "skipped": State.SKIPPED,
}
_OPENS = {
    Event.GATE_OPENED: Sort.GATE,
    Event.HANDED: Sort.PERSON,
    Event.ASKED: Sort.DOUBT,
    Event.ANSWERED: Sort.QUEUE,
    Event.LOOK_ASKED: Sort.QUEUE,
    Event.RESUMED: Sort.QUEUE,
}
"""What begins with an entry, whatever came before it."""


def spans_of(entries: Iterable[Entry]) -> tuple[Span, ...]:
    """
    Every stretch of every job, in the order they began.

    Of what a job does before its first entry, waiting for its turn, the ledger has
    nothing: who knows what it needs can add it.
    """
    lines: dict[str, _Line] = {}
    for entry in entries:
        key = str(entry.body.get("job", ""))
        if key:
            lines.setdefault(key, _Line(key)).take(entry, entry.body)
        elif entry.event is Event.FINISHED:
            state = State(str(entry.body["state"]))
            for line in lines.values():
                line.close(entry.at, state)
    every = [span for line in lines.values() for span in line.spans]
    return tuple(sorted(every, key=lambda span: (span.since, span.job)))


@dataclass(slots=True)
class _Line:
    """The stretches of one job; the last one goes on while it has no end."""

    job: str
    spans: list[Span] = field(default_factory=list)
    agreed: str = ""
    """When somebody last said yes to the gate that is open."""

    def take(self, entry: Entry, body: Mapping[str, Any]) -> None:
        """Go on by one entry."""
        at, event, step = entry.at, entry.event, _number(body.get("step"))
        match event:
            case Event.JOB_STARTED:
                self._begin(at)
            case Event.STEP_STARTED:
                attempt = int(body["attempt"])
                self.close(at, State.FAILED if attempt > 1 else State.SUCCEEDED)
                self._open(Sort.WORK, at, step, attempt)
            case Event.STEP_ENDED if self._at_work(step):
                self.close(at, _OUTCOMES[str(body["outcome"])])
            case Event.JOB_ENDED:
                self.close(at, State(str(body["state"])))
            case Event.APPROVED:
                self.agreed = at
            case Event.LOOKED:
                self.close(at, State.SUCCEEDED)
            case Event.WAITING:
                child = str(body.get("child", ""))
                self._turn(at, State.SUCCEEDED)
                self._open(Sort.RUN if child else Sort.WAIT, at, step, child=child)
            case event if event in _OPENS:
                outcome = _OUTCOMES.get(str(body.get("outcome", "")))
                doubts = State.IN_DOUBT if event is Event.ASKED else State.SUCCEEDED
                self._turn(at, outcome or doubts)
                resumes = event in (Event.RESUMED, Event.ANSWERED)
                self._open(_OPENS[event], at, -1 if resumes else step)
            case _:
                pass

    def close(self, at: str, state: State) -> None:
        """End what goes on; a clock of another machine may be a little behind."""
        if self.spans and not self.spans[-1].until:
            last = self.spans[-1]
            self.spans[-1] = replace(last, until=max(at, last.since), state=state)

    def _turn(self, at: str, state: State) -> None:
        """End what goes on; a new gate knows no yes that was said before."""
        self.close(at, state)
        self.agreed = ""

    def _begin(self, at: str) -> None:
        """A worker has it; a step that goes on under another worker is not cut."""
        last = self.spans[-1] if self.spans else None
        if last and not last.until and last.sort is Sort.WORK:
            return
        if last and not last.until and last.sort is Sort.GATE:
            passed = max(self.agreed or at, last.since)
            self.close(passed, State.SUCCEEDED)
            if passed < at:
                self._open(Sort.QUEUE, passed)
        self.close(at, State.SUCCEEDED)
        self._open(Sort.WORK, at)

    def _at_work(self, step: int) -> bool:
        last = self.spans[-1] if self.spans else None
        return last is not None and last.step == step and last.sort is Sort.WORK

    def _open(
        self, sort: Sort, at: str, step: int = -1, attempt: int = 1, child: str = ""
    ) -> None:
        self.spans.append(Span(self.job, sort, at, "", step, attempt, child=child))


def _number(step: object) -> int:
    """A step by its number; entries that name one are about none of the line."""
    return step if isinstance(step, int) else -1
