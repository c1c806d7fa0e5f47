"""From an entry of the ledger to a CloudEvent."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from holdfast.engine.outbox.subject import About
from holdfast.model import Entry, Event

PREFIX = "dev.holdfast."

TYPES: Mapping[Event, str | Mapping[str, str]] = {
    Event.QUEUED: "run.started",
    Event.FINISHED: "run.ended",
    Event.GATE_OPENED: "gate.opened",
    Event.APPROVED: "gate.decided",
    Event.REJECTED: "gate.decided",
    Event.ASKED: "job.in-doubt",
    Event.ANSWERED: "job.answered",
    Event.RUN_STARTED: "apply.started",
    Event.RUN_ENDED: "apply.done",
    Event.PAGED: {
        "breaker-opened": "breaker.opened",
        "budget-spent": "budget.spent",
        "trust-lost": "trust.lost",
    },
    Event.BREAKER_CLOSED: "breaker.closed",
    Event.TRUST_GIVEN: "trust.given",
    Event.SCHEDULE_MISSED: "schedule.missed",
    Event.DRIFT_FOUND: {"found": "drift.found", "resolved": "drift.resolved"},
}
"""
The type of what is told of each sort of entry, without :data:`PREFIX`.

Where an entry has an action, the type is that of the action.
"""

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
    Event.PAGED: ("target", "reason", "until", "next"),
    Event.BREAKER_CLOSED: ("target", "why"),
    Event.TRUST_GIVEN: ("why",),
    Event.SCHEDULE_MISSED: ("schedule", "moment", "count", "reason"),
    Event.DRIFT_FOUND: ("config", "environment", "count"),
}
"""What of an entry's body is told; the rest may be private to the project."""

_MOST = 50
"""So many things are named."""


def event_of(entry: Entry, of: About, project: str) -> dict[str, Any] | None:
    """
    One CloudEvent (1.0, structured JSON) of an entry; ``None`` when none is told.

    Its ``id`` is the entry's number and a part of its hash: the same whenever it is sent,
    and never that of another entry.
    """
    kind = _type(entry)
    if not kind:
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
    picked: dict[str, Any] = {
        name: entry.body[name]
        for name in _PICKED[entry.event]
        if entry.body.get(name) is not None
    }
    if kind == "gate.decided":
        picked["decision"] = entry.event.value
    if entry.event is Event.DRIFT_FOUND:
        picked["addresses"] = addresses(entry.body)[:_MOST]
    told = {name: value for name, value in data.items() if value not in ("", [])}
    return {
        "specversion": "1.0",
        "id": entry.name,
        "source": f"/holdfast/{project}",
        "type": f"{PREFIX}{kind}",
        "time": entry.at,
        "subject": entry.run or of.file or of.subject or project,
        "datacontenttype": "application/json",
        "data": {**told, **picked},
    }


def addresses(body: Mapping[str, Any]) -> list[str]:
    """What has drifted, of the body of an entry that says so."""
    return [str(one["address"]) for one in body["things"]]


def _type(entry: Entry) -> str:
    """Without :data:`PREFIX`; empty when nothing is told."""
    found = TYPES.get(entry.event, "")
    return found if isinstance(found, str) else found[str(entry.body["action"])]


def wants(types: list[str], kind: str) -> bool:
    """Whether a subscriber that asked for some types gets this one."""
    short = kind.removeprefix(PREFIX)
    return not types or any(fnmatchcase(short, pattern) for pattern in types)
