"""Which run made something happen, as far as can be told, and whether that is a loop."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from holdfast.declare.project import OURS
from holdfast.engine.triggers import (
    TROUBLE,
    Effect,
    Link,
    Loop,
    chain_of,
    likely_cause,
    loop,
    target_of,
)
from holdfast.engine.triggers.loops import DEEPEST
from holdfast.model import Occurrence
from holdfast.ports import CauseRow, EventTransaction, RunTransaction, StartRow

_LONGEST_RUN = timedelta(days=1)


def cause_of(
    events: EventTransaction, runs: RunTransaction, occurrence: Occurrence
) -> CauseRow | None:
    """
    The run that made it happen: the one it names, else the last that changed its target.

    Only what Holdfast itself tells is believed to name a run.
    """
    if occurrence.source == OURS and isinstance(occurrence.data.get("run"), str):
        run = str(occurrence.data["run"])
        start = events.started_by(run)
        name = start.workflow if start else str(occurrence.data.get("file", ""))
        return CauseRow(run, name, certain=True)
    if occurrence.type not in TROUBLE or occurrence.action == "resolved":
        return None
    since = occurrence.at - _LONGEST_RUN
    near = events.starts(since, target=target_of(occurrence) or "?")
    link = likely_cause(occurrence, list(_effects(runs, near, occurrence)))
    return CauseRow(link.run, link.workflow, certain=False) if link else None


def chain_to(events: EventTransaction, occurrence: str) -> tuple[Link, ...]:
    """The runs that led to an occurrence that was reacted to, newest first."""
    causes: dict[str, Link] = {}
    started_by: dict[str, str] = {}
    here = occurrence
    for _ in range(DEEPEST + 2):
        cause = events.cause(here)
        if cause is None:
            break
        causes[here] = Link(cause.run, cause.workflow, cause.certain)
        start = events.started_by(cause.run)
        if start is None or not start.event or start.event in causes:
            break
        here = started_by[cause.run] = start.event
    return chain_of(occurrence, causes, started_by)


def is_loop(
    workflow: str, chain: Sequence[Link], occurrence: Occurrence
) -> Loop | None:
    """
    Whether a workflow, by its file, would set itself off; the end of an alert never does.

    Trying again what did not help is none: those attempts are left out of the chain.
    """
    if occurrence.action == "resolved":
        return None
    links = list(chain)
    while links and links[0].workflow == workflow and not links[0].certain:
        links.pop(0)
    return loop(workflow, links)


def _effects(
    runs: RunTransaction, starts: Sequence[StartRow], occurrence: Occurrence
) -> Iterable[Effect]:
    """What runs did to a target, newest first: until they ended, or until now."""
    for start in reversed(starts):
        row = runs.run(start.run)
        if start.at > occurrence.at or row is None:
            continue
        over = row.ended is not None and row.ended <= occurrence.at
        at = row.ended if over and row.ended else occurrence.at
        yield Effect(start.run, start.workflow, start.target, at)
