"""What Holdfast itself finds or asks for: one entry, and the event it is for rules."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from holdfast.declare.project import OURS
from holdfast.model import Entry, Event, Occurrence, canonical, occurrence_id
from holdfast.ports import EventTransaction, RunTransaction

HEARD: Mapping[Event, tuple[str, str]] = {
    Event.DRIFT_FOUND: ("drift", "target"),
    Event.PAGED: ("page", "workflow"),
}
"""Sorts of entries that rules hear of: as which type, and what names their subject."""


def announce(
    runs: RunTransaction, events: EventTransaction, entry: Entry
) -> Occurrence:
    """
    Write an entry down, and the event that it is for rules: both or neither.

    People and programs are told from the same entry, by the outbox.
    """
    (kept,) = runs.append([entry])
    (told,) = events.take([occurrence_of(kept)])
    return told


def occurrence_of(entry: Entry) -> Occurrence:
    """The event that an entry in its place is for rules: its body is the data."""
    type_, subject = HEARD[entry.event]
    data: dict[str, Any] = json.loads(canonical(entry.body))
    return Occurrence(
        id=occurrence_id(OURS, entry.name),
        source=OURS,
        type=type_,
        at=datetime.fromisoformat(entry.at).astimezone(UTC),
        delivery=entry.name,
        action=str(data.pop("action")),
        subject=str(data[subject]),
        data=data,
    )
