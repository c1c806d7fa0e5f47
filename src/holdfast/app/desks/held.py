"""What holds a rule back now: a pause, breakers, lost trust; each with who ends it."""

from collections.abc import Iterator
from datetime import datetime
from shlex import quote

from holdfast.app.application import Application
from holdfast.app.desks.pauses import book_of, why_paused
from holdfast.app.reacting.trust import told
from holdfast.declare import Workflow
from holdfast.engine.reacting import attempts
from holdfast.engine.triggers import Breaker, breaker


def held_back(app: Application, flow: Workflow) -> tuple[str, ...]:
    """One sentence for each thing that keeps a rule from starting what it declares."""
    return (*_paused(app, flow), *_stopped(app, flow), *told(app, flow))


def _paused(app: Application, flow: Workflow) -> Iterator[str]:
    held = book_of(app).held().get(flow.file)
    if held is not None:
        command = f"holdfast rule resume {quote(flow.file)} --why TEXT"
        yield f"As a rule it is {why_paused(held, command)}"


def _stopped(app: Application, flow: Workflow) -> Iterator[str]:
    if flow.limits is None or not flow.triggers:
        return
    now = app.engine.clock.now()
    with app.store.runs.looking() as runs:
        tried = attempts(runs, app.store.events.within(runs), flow.file, now)
    for target in sorted(tried):
        found = breaker(tried[target], flow.limits, now)
        if not found.lets_through:
            yield _why_open(flow, target, found)


def _why_open(flow: Workflow, target: str, found: Breaker) -> str:
    since = f" since {_at(found.since)}" if found.since else ""
    until = f", until {_at(found.until)}" if found.until else ""
    where = target or "what has no target"
    command = f"holdfast rule close {quote(flow.name)} {quote(target)} --why TEXT"
    return (
        f"its breaker is open on {where}{since}{until}: {found.reason}; anybody of the "
        f"project can close it: {command}"
    )


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
