"""How far runs of a workflow reached, from what the ledger keeps of them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from holdfast.gate import Reach
from holdfast.model import Entry, Event, Target
from holdfast.ports import RunTransaction

_REMEMBERED = 20
"""So many runs are a profile: newer habits count, older ones do not."""


def reached(transaction: RunTransaction, workflow: str, job: str) -> tuple[Reach, ...]:
    """What a job, by its id, reached in the last successful runs, newest first."""
    found: dict[tuple[str, str], dict[Target, None]] = {}
    for entry in transaction.planned(workflow, _REMEMBERED):
        key = str(entry.body["job"])
        if key.partition(".")[0] == job:
            found.setdefault((entry.run, key), {}).update(_targets(entry))
    return tuple(Reach(tuple(targets)) for targets in found.values())


def note_reach(
    transaction: RunTransaction, run: str, step: str, targets: Iterable[Target], at: str
) -> None:
    """
    Write down the hosts a step reaches that nobody knew when its job began.

    ``step`` is ``JOB/STEP``. Later runs are compared with them as with the others.
    """
    key, _, name = step.partition("/")
    known = {
        target
        for entry in transaction.entries(run)
        if entry.event is Event.PLANNED and entry.body["job"] == key
        for target in _targets(entry)
    }
    fresh = [asdict(target) for target in targets if target not in known]
    if fresh:
        body: Any = {"job": key, "step": name, "reach": fresh}
        made = Entry(event=Event.PLANNED, run=run, actor="holdfast", at=at, body=body)
        transaction.append([made])


def _targets(entry: Entry) -> dict[Target, None]:
    body: Mapping[str, Any] = entry.body
    return {
        Target(
            str(one["name"]),
            str(one["environment"]),
            tuple(one["groups"]),
            str(one["owner"]),
        ): None
        for one in body["reach"]
    }
