"""How often a rule was tried on each target, and how a person closes its breaker."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from holdfast.declare import Workflow
from holdfast.engine.journal import moment
from holdfast.engine.triggers import Attempt
from holdfast.model import Attributes, Entry, Event, State
from holdfast.ports import DecisionRow, EventTransaction, RunTransaction, StartRow

REMEMBERED = timedelta(days=7)
"""Attempts longer ago than this open no breaker."""

RESET = "reset"
"""The verb of a decision by which a person closed a breaker."""


def attempts(
    runs: RunTransaction,
    events: EventTransaction,
    workflow: str,
    now: datetime,
    only: str | None = None,
) -> Mapping[str, Sequence[Attempt]]:
    """
    What a workflow, by its file, was tried on: its attempts by target, oldest first.

    What was tried before a person closed the breaker of a target does not count. ``only``
    is the one target that is asked about.
    """
    closed = events.marks(_closed_mark(workflow, ""))
    found: dict[str, list[Attempt]] = defaultdict(list)
    for start in _by_events(events, workflow, now):
        since = closed.get(_closed_mark(workflow, start.target))
        if only in (None, start.target) and (since is None or start.at > since):
            found[start.target].append(_attempt(runs, start))
    return found


def touched_by(
    events: EventTransaction, workflow: str, now: datetime
) -> Mapping[str, datetime]:
    """When a workflow touched each of its targets last."""
    return {one.target: one.at for one in _by_events(events, workflow, now)}


def close(
    runs: RunTransaction,
    events: EventTransaction,
    rule: Workflow,
    target: str,
    now: datetime,
    *,
    actor: str,
    why: str,
) -> None:
    """Close the breaker of a rule on a target, because a person said so."""
    file = rule.file
    events.set_mark(_closed_mark(file, target), now)
    events.set_mark(stopped_mark(file, target), now)
    said, slot = f"{actor}: {why}" if why else f"{actor} said so", f"breaker/{target}"
    row = DecisionRow(file, slot, RESET, said, now, outcome=RESET, target=target)
    events.decide(row)
    body: Attributes = {
        "workflow": file,
        "name": rule.name,
        "owner": rule.owner,
        "target": target,
        "why": why,
    }
    entry = Entry(Event.BREAKER_CLOSED, actor=actor, at=moment(now), body=body)
    runs.append([entry])


def stopped_mark(workflow: str, target: str) -> str:
    """The name of the moment until which a rule does not try again on a target."""
    return f"stopped/{workflow}/{target}"


def spent_mark(workflow: str, environment: str) -> str:
    """The name of the moment until which a rule touches nothing more somewhere."""
    return f"spent/{workflow}/{environment}"


def _closed_mark(workflow: str, target: str) -> str:
    return f"closed/{workflow}/{target}"


def _by_events(
    events: EventTransaction, workflow: str, now: datetime
) -> Sequence[StartRow]:
    """Starts by events; those by schedules and people are no attempts."""
    since = now - REMEMBERED
    return [one for one in events.starts(since, workflow=workflow) if one.event]


def _attempt(runs: RunTransaction, start: StartRow) -> Attempt:
    row = runs.run(start.run)
    if row is None or row.ended is None:
        return Attempt(start.at, None if row else False)
    return Attempt(row.ended, row.state is State.SUCCEEDED)
