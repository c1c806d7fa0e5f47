"""What becomes of a start that was decided: a run, or the reason why there is none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from holdfast.declare import Workflow
from holdfast.engine.pausing import is_paused
from holdfast.engine.reacting.circuits import (
    attempts,
    spent_mark,
    stopped_mark,
    touched_by,
)
from holdfast.engine.reacting.inputs import inputs_of
from holdfast.engine.reacting.paging import Page, page
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.engine.starting import started
from holdfast.engine.triggers import (
    Head,
    breaker,
    budget,
    contexts,
    target_of,
)
from holdfast.engine.triggers.values import at
from holdfast.engine.trusting import autonomy_of, is_distrusted, take_trust
from holdfast.model import Occurrence
from holdfast.ports import (
    DecisionRow,
    EventTransaction,
    RunTransaction,
    StartRow,
)

_WATCHES = {
    "paused": "the rule is paused: nothing was started",
    "observed": "autonomy is observe: nothing was started",
}


@dataclass(frozen=True, slots=True)
class Stopped:
    """
    A reaction that does not try again on a target, until a moment at the earliest.

    Told once for each time, so that somebody can be called.
    """

    workflow: str
    owner: str
    target: str
    reason: str
    until: datetime


@dataclass(slots=True)
class Starter:
    """Starts runs inside of one transaction."""

    keeper: Keeper
    runs: RunTransaction
    events: EventTransaction
    now: datetime
    head: Head
    fleet: Mapping[str, str]
    """Every host with its environment."""
    stopped: list[Stopped] = field(default_factory=list)

    def start(
        self, request: Request, row: DecisionRow, occurrence: Occurrence
    ) -> DecisionRow:
        """
        The decision with what became of it, and the run if there is one.

        ``occurrence`` is the newest the decision is about; what was started before under
        the same name is not started again.
        """
        target = target_of(occurrence)
        row = replace(row, target=target)
        if not self._occurs_first(request, row):
            return replace(row, outcome="started", why="it was started before")
        flow = request.flow
        if outcome := self._only_watches(flow):
            return replace(row, outcome=outcome, why=_WATCHES[outcome])
        if reason := self._held_back(request, target):
            return replace(row, outcome="stopped", why=reason)
        return started(self.runs, row, lambda: self._accepted(request, row, occurrence))

    def _only_watches(self, flow: Workflow) -> str:
        """What a start comes to when the rule may not begin anything now."""
        if is_paused(self.events, flow.file, self.now):
            return "paused"
        return "observed" if flow.autonomy == "observe" else ""

    def _occurs_first(self, request: Request, row: DecisionRow) -> bool:
        return self.events.start(start_key(request, row)) is None

    def _accepted(
        self, request: Request, row: DecisionRow, occurrence: Occurrence
    ) -> str:
        github = dict(contexts(occurrence, self.head)["github"])
        actor = github["actor"]
        who = f"{occurrence.source}:{actor}" if actor else occurrence.source
        key = start_key(request, row)
        asked = replace(
            request,
            inputs=inputs_of(request.flow, occurrence),
            github=github,
            why=f"{_said(occurrence)}: {row.reason}",
            autonomy=autonomy_of(self.events, request.flow),
            cause={
                "key": key,
                "event": occurrence.id,
                "events": list(row.of),
                "source": occurrence.source,
                "reason": row.reason,
                "target": row.target,
            },
        )
        run = self.keeper.accept_in(self.runs, asked, who)
        start = StartRow(
            key=key,
            run=run,
            workflow=request.flow.file,
            slot=row.key,
            at=self.now,
            target=row.target,
            event=occurrence.id,
        )
        self.events.started(start)
        return run

    def _held_back(self, request: Request, target: str) -> str:
        """Why breaker or budget say no; both hold only where ``limits`` are declared."""
        flow, limits = request.flow, request.flow.limits
        if limits is None:
            return ""
        file, place = flow.file, self.fleet.get(target, "")
        later = self.now + timedelta(seconds=limits.within)
        tried = attempts(self.runs, self.events, file, self.now, target)
        found = breaker(tried.get(target, ()), limits, self.now)
        if not found.lets_through:
            reason, until = found.reason, found.until or later
            loses = flow.autonomy == "act" and not is_distrusted(self.events, file)
            asked = Page(flow, "breaker-opened", reason, target, place, until, loses)
            if self._page(asked, stopped_mark(file, target)):
                self.stopped.append(Stopped(file, flow.owner, target, reason, until))
                self._distrust(request, target, reason)
            return reason
        touched = touched_by(self.events, file, self.now)
        spent = budget(touched, target, limits, self._size(target), self.now)
        if spent.allowed:
            return ""
        until = spent.until or later
        asked = Page(flow, "budget-spent", spent.reason, target, place, until)
        self._page(asked, spent_mark(file, place))
        return spent.reason

    def _page(self, asked: Page, mark: str) -> bool:
        """
        Page the owner; whether that was done now.

        Once for each time it stops, however many events that holds back: ``mark`` names
        what stopped, until the moment at which it goes on.
        """
        told = self.events.mark(mark)
        if asked.until is None or (told is not None and told > self.now):
            return False
        self.events.set_mark(mark, asked.until)
        page(self.runs, self.events, asked, self.now)
        return True

    def _size(self, target: str) -> int:
        """How many hosts the target's environment has; of all, when it is no host."""
        environment = self.fleet.get(target)
        if environment is None:
            return len(self.fleet)
        return Counter(self.fleet.values())[environment]

    def _distrust(self, request: Request, target: str, reason: str) -> None:
        """What does not help is not done unasked any more, on any target."""
        flow = request.flow
        if flow.autonomy == "act":
            why = f"it did not help on {target}: {reason}"
            take_trust(self.runs, self.events, flow.file, why, self.now)


def start_key(request: Request, row: DecisionRow) -> str:
    """The name of a run that an event starts, before it has an id."""
    return f"event-{request.flow.file}-{row.key}-{row.of[-1]}"


def newest(
    events: EventTransaction, of: Sequence[str], known: Occurrence | None
) -> Occurrence:
    """The newest occurrence a decision is about."""
    if known is not None and known.id == of[-1]:
        return known
    return events.occurrences(of[-1:])[0]


def _said(occurrence: Occurrence) -> str:
    """An occurrence in words: an alert by its name and what it is about."""
    name = at(occurrence.data, "labels.alertname")
    about = f"{name} on {target_of(occurrence)}" if isinstance(name, str) else ""
    subject = about or occurrence.subject
    words = (occurrence.source, occurrence.type, occurrence.action, subject)
    return " ".join(word for word in words if word)
