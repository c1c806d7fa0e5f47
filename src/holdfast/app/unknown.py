"""What is said of a run that is asked for and not there: what is near, and what to type."""

from holdfast import record
from holdfast.drivers.stores import Store
from holdfast.model import Event
from holdfast.problems import Problem

_NEWEST = 5


def no_such_run(store: Store, run: str) -> Problem:
    """Of one that is to be the run of a workflow."""
    entries = store.ledger.of_run(run)
    if not entries:
        return _unknown(store, run)
    was_one = any(entry.event is Event.QUEUED for entry in entries)
    return record.removed_run(run) if was_one else record.no_workflow_run(run)


def no_such_changes(store: Store, run: str) -> Problem:
    """Of one that is to have changed hosts."""
    return record.no_changes(run) if store.runs.is_run(run) else _unknown(store, run)


def _unknown(store: Store, run: str) -> Problem:
    runs = [row.id for row in store.runs.runs(limit=_NEWEST)]
    return record.no_such_run(run, runs, store.ledger.runs(_NEWEST))
