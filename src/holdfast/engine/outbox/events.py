"""From an entry of the ledger to a CloudEvent."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from holdfast.engine.outbox.about import About
from holdfast.model import Entry, Event

PREFIX = "dev.holdfast."

TYPES: Mapping[Event, str] = {
    Event.QUEUED: "run.started",
    Event.FINISHED: "run.ended",
    Event.GATE_OPENED: "gate.opened",
    Event.APPROVED: "gate.decided",
    Event.REJECTED: "gate.decided",
    Event.ASKED: "job.in-doubt",
    Event.ANSWERED: "job.answered",
    Event.RUN_STARTED: "apply.started",
    Event.RUN_ENDED: "apply.done",
    Event.BREAKER_OPENED: "breaker.opened",
    Event.SCHEDULE_MISSED: "schedule.missed",
    Event.DRIFT_FOUND: "drift.found",
}
"""The type of what is told of each sort of entry, without :data:`PREFIX`."""

_PICKED: Mapping[Event, tuple[str, ...]] = {
    Event.QUEUED: ("why", "parent", "autonomy"),
    Event.FINISHED: ("state", "why"),
    Event.GATE_OPENED: ("job", "digest", "kind", "needs", "count", "expires"),
    Event.APPROVED: ("job", "digest", "why"),
    Event.REJECTED: ("job", "digest", "why"),
    Event.ASKED: ("job", "step", "question"),
    Event.ANSWERED: ("job", "step", "answer"),
    Event.RUN_STARTED: ("purpose", "digest", "targets", "changes", "why"),
    Event.RUN_ENDED: ("outcome", "counts"),
    Event.BREAKER_OPENED: ("workflow", "target", "reason", "until", "owner"),
    Event.SCHEDULE_MISSED: (
        "workflow",
        "schedule",
        "moment",
        "count",
        "reason",
        "owner",
    ),
    Event.DRIFT_FOUND: ("environment", "count", "addresses"),
}
"""What of an entry's body is told; the rest may be private to the project."""


def event_of(entry: Entry, of: About, project: str) -> dict[str, Any] | None:
    """
    One CloudEvent (1.0, structured JSON) of an entry; ``None`` when none is told.

    Its ``id`` is the entry's number and a part of its hash: the same whenever it is sent,
    and never that of another entry.
    """
    kind = TYPES.get(entry.event)
    if kind is None:
        return None
    data = {
        "run": entry.run,
        "workflow": of.workflow,
        "file": of.file,
        "owner": of.owner,
        "commit": of.commit,
        "environments": list(of.places(str(entry.body.get("job", "")))),
        "actor": entry.actor,
        "sequence": entry.sequence,
    }
    picked = {
        name: entry.body[name]
        for name in _PICKED[entry.event]
        if entry.body.get(name) is not None
    }
    if kind == "gate.decided":
        picked["decision"] = entry.event.value
    told = {name: value for name, value in data.items() if value not in ("", [])}
    return {
        "specversion": "1.0",
        "id": f"{entry.sequence}-{entry.hash[7:19]}",
        "source": f"/holdfast/{project}",
        "type": f"{PREFIX}{kind}",
        "time": entry.at,
        "subject": entry.run or str(picked.get("workflow") or project),
        "datacontenttype": "application/json",
        "data": {**told, **picked},
    }


def wants(types: list[str], kind: str) -> bool:
    """Whether a subscriber that asked for some types gets this one."""
    short = kind.removeprefix(PREFIX)
    return not types or any(fnmatchcase(short, pattern) for pattern in types)
