"""That a run ended is an event too: what ``on: run`` waits for."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from holdfast.declare import Workflow
from holdfast.declare.project import OURS
from holdfast.model import Occurrence, occurrence_id
from holdfast.ports import EventStore, RunRow

_MARK = "ended"
_OVERLAP = timedelta(seconds=60)
"""An end may be on disk a little later than it says; what is told twice is kept once."""


def tell_of_ends(
    events: EventStore, flows: Sequence[Workflow], now: datetime
) -> tuple[Occurrence, ...]:
    """Keep an event for each run that ended, if any workflow waits for such ones."""
    if not any(one.event == "run" for flow in flows for one in flow.triggers):
        return ()
    files = {flow.name: flow.file for flow in flows}
    with events.begin() as transaction:
        since = transaction.mark(_MARK) or now
        rows = transaction.ended(since - _OVERLAP)
        transaction.set_mark(_MARK, now)
        return transaction.take([ended(row, files) for row in rows])


def ended(row: RunRow, files: Mapping[str, str]) -> Occurrence:
    """What is told of a run's end; its action is the run's state."""
    return Occurrence(
        id=occurrence_id(OURS, f"ended {row.id}"),
        source=OURS,
        type="run",
        at=row.ended or row.created,
        delivery=f"ended {row.id}",
        action=row.state.value,
        subject=row.workflow,
        data={
            "run": row.id,
            "workflow": row.workflow,
            "file": files.get(row.workflow, ""),
            "outcome": row.state.value,
            "title": row.title,
            "actor": row.actor,
            "why": row.why,
        },
    )
