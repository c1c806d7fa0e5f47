"""Events, decisions and schedules in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from holdfast.app.desks.pauses import why_paused
from holdfast.declare import Workflow
from holdfast.engine.schedules import next_times
from holdfast.engine.scheduling import Planned
from holdfast.engine.triggers import Match, Truth, explain, matches
from holdfast.model import Occurrence, Pause
from holdfast.model.moments import to_second
from holdfast.ports import ConditionRow, DecisionRow, EventRow
from holdfast.problems import Problem, did_you_mean

_NEXT = 5

_HELD = frozenset({"paused", "stopped"})
"""Outcomes of a start that a person can change."""


def event_row(
    occurrence: Occurrence,
    decisions: Iterable[DecisionRow],
    flows: Sequence[Workflow],
) -> EventRow:
    """One occurrence with a line for each decision, oldest first."""
    names = {flow.file: flow.name for flow in flows}
    lines = tuple(
        (names.get(one.workflow, one.workflow), verb_of(one), why_of(one), one.run)
        for one in sorted(decisions, key=lambda one: one.number)
    )
    return EventRow(
        id=occurrence.id,
        source=occurrence.source,
        type=occurrence.type,
        at=occurrence.at,
        action=occurrence.action,
        subject=occurrence.subject,
        decisions=lines,
    )


def condition_row(match: Match) -> ConditionRow:
    """A condition with those it is made of."""
    return ConditionRow(
        what=match.what,
        truth=match.truth.value,
        seen=match.seen,
        parts=tuple(map(condition_row, match.parts)),
    )


def verb_of(decision: DecisionRow) -> str:
    """One word for what became of it: the outcome where a start had one."""
    return decision.outcome or decision.verb


def why_of(decision: DecisionRow) -> str:
    """The reason that counts in the end."""
    return decision.why or decision.reason


def why_event(
    occurrence: Occurrence,
    decisions: Sequence[DecisionRow],
    flows: Sequence[Workflow],
    repository: str,
    held: Callable[[Workflow], Sequence[str]],
) -> Iterator[str]:
    """
    For every workflow: what was decided, and condition by condition why it fits.

    ``held`` tells of one that started nothing what holds it back now.
    """
    yield f"{occurrence.id} came from {occurrence.source} at {to_second(occurrence.at)}"
    for flow in flows:
        mine = [one for one in decisions if one.workflow == flow.file]
        for one in sorted(mine, key=lambda one: one.number):
            run = f" ({one.run})" if one.run else ""
            yield f"{flow.name}: {verb_of(one)}{run}, {why_of(one)}"
        if any(one.outcome in _HELD for one in mine):
            yield from (f"  {line}" for line in held(flow))
        found = matches(flow, occurrence, repository=repository)
        if not mine and found.truth is not Truth.YES:
            yield f"{flow.name}: not started, it does not fit"
        for line in explain(found):
            yield f"  {line}"
    known = {flow.file for flow in flows}
    for one in decisions:
        if one.workflow not in known:
            yield f"{one.workflow} (not declared any more): {verb_of(one)}"


def why_schedule(
    entry: Planned,
    decisions: Sequence[DecisionRow],
    now: datetime,
    paused: Pause | None,
) -> Iterator[str]:
    """When it is due next, and what was decided about it last, newest first."""
    schedule, cron = entry.schedule, entry.cron
    yield f"{entry.request.flow.name}: {schedule.cron} {cron.zone}"
    if paused:
        command = f"holdfast schedule resume {entry.id} --why TEXT"
        yield f"  {why_paused(paused, command)}"
    if cron.plain != schedule.cron.strip():
        yield f"  that is {cron.plain}"
    for at in next_times(cron, now, _NEXT):
        held = paused is not None and paused.holds(at)
        yield f"  next {to_second(at)}" + (", not while it is paused" if held else "")
    for one in decisions[:_NEXT]:
        run = f" ({one.run})" if one.run else ""
        asked = f"; answer: holdfast event missed {one.number}" if one.open else ""
        yield f"  {to_second(one.at)}: {verb_of(one)}{run}, {why_of(one)}{asked}"


def no_such_event(event: str) -> Problem:
    """There is no event of that id."""
    return Problem(
        code="event.no-such-event",
        summary=f"There is no event {event}",
        detail="It was never stored, or its time of keeping is over.",
        next_step="List them: holdfast event list",
    )


def no_such_schedule(name: str, flows: Sequence[Workflow]) -> Problem:
    """No workflow of that name has a schedule."""
    known = [flow.name for flow in flows if flow.schedules]
    return Problem(
        code="event.no-such-schedule",
        summary=f"There is no schedule `{name}`",
        detail=f"Workflows with one: {', '.join(known) or 'none'}. Nothing was changed.",
        next_step=did_you_mean(name, known) or "List them: holdfast schedule list",
    )


def no_such_rule(name: str, flows: Sequence[Workflow]) -> Problem:
    """No workflow of that name is declared."""
    known = [flow.name for flow in flows]
    return Problem(
        code="event.no-such-rule",
        summary=f"There is no workflow `{name}`",
        detail=f"Declared: {', '.join(known) or 'none'}.",
        next_step=did_you_mean(name, known) or "List rules: holdfast rule list",
    )


def no_such_target(name: str, flow: Workflow, known: Iterable[str]) -> Problem:
    """A rule was not tried on a target."""
    listed = sorted(known)
    return Problem(
        code="event.no-such-target",
        summary=f"{flow.name} was not tried on `{name}` in the last seven days",
        detail=f"It was on: {', '.join(listed) or 'none'}. Nothing was changed.",
        next_step=did_you_mean(name, listed) or f"holdfast rule show {flow.file}",
    )


def not_a_source(name: str) -> Problem:
    """Nobody may speak as Holdfast."""
    return Problem(
        code="event.not-a-source",
        summary=f"An event cannot come from `{name}`",
        detail="That is what Holdfast itself tells. Nothing was stored.",
        next_step="Name another source: holdfast event send TYPE --source NAME",
    )


def key_was_used(key: str) -> Problem:
    """A key stands for one request, and this is another."""
    return Problem(
        code="app.key-was-used",
        summary=f"The key {key[:80]!r} was used for another request",
        detail="A key stands for one request, however often it is sent. Nothing was done.",
        next_step="Send the same body again, or choose a new Idempotency-Key.",
    )


def nobody_keeps_schedules(number: int) -> Problem:
    """There is nobody here who could start the run."""
    return Problem(
        code="event.no-scheduler",
        summary=f"Nobody here can start what {number} asks about",
        detail="Only the server of the project starts runs. Nothing was started.",
        next_step=f"Where it runs: holdfast event missed {number} --run",
    )
