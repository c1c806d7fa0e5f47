"""Rows of events and decisions as values, and values as rows."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from holdfast.drivers.stores.moments import aware, naive
from holdfast.model import Occurrence
from holdfast.ports import DecisionRow, ReactionRow, StartRow


def event_values(occurrence: Occurrence) -> dict[str, Any]:
    """One occurrence as it is written first."""
    return {
        "id": occurrence.id,
        "source": occurrence.source,
        "type": occurrence.type,
        "action": occurrence.action,
        "subject": occurrence.subject,
        "delivery": occurrence.delivery,
        "at": naive(occurrence.at),
        "data": json.dumps(dict(occurrence.data), ensure_ascii=False),
        "reacted": 0,
        "cause_run": "",
        "cause_workflow": "",
        "cause_certain": 0,
    }


def event_of(row: Row[Any]) -> Occurrence:
    """One occurrence as it was written."""
    return Occurrence(
        id=row.id,
        source=row.source,
        type=row.type,
        at=aware(row.at),
        delivery=row.delivery,
        action=row.action,
        subject=row.subject,
        data=json.loads(row.data),
    )


def decision_values(row: DecisionRow) -> dict[str, Any]:
    """One decision without the occurrences it is about."""
    return {
        "workflow": row.workflow,
        "key": row.key,
        "verb": row.verb,
        "reason": row.reason,
        "at": naive(row.at),
        "until": naive(row.until),
        "outcome": row.outcome,
        "why": row.why,
        "run": row.run,
        "target": row.target,
        "open": int(row.open),
    }


def decision_of(row: Row[Any], about: Sequence[str]) -> DecisionRow:
    """One decision with the occurrences it is about."""
    return DecisionRow(
        workflow=row.workflow,
        key=row.key,
        verb=row.verb,
        reason=row.reason,
        at=aware(row.at),
        of=tuple(about),
        until=aware(row.until),
        outcome=row.outcome,
        why=row.why,
        run=row.run,
        target=row.target,
        open=bool(row.open),
        number=row.number,
    )


def reaction_of(row: Row[Any]) -> ReactionRow:
    """How far a workflow is with a key."""
    due = aware(row.due)
    return ReactionRow(row.workflow, row.key, row.trigger, due, json.loads(row.history))


def start_of(row: Row[Any]) -> StartRow:
    """One start."""
    return StartRow(
        key=row.key,
        run=row.run,
        workflow=row.workflow,
        slot=row.slot,
        at=aware(row.at),
        target=row.target,
        event=row.event,
    )
