"""Runs of an older Holdfast know, after the migration, what started them."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast.drivers.stores import open_store
from holdfast.model import Entry, Event, State
from holdfast.ports import RunRow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODIES: dict[str, dict[str, Any]] = {
    "r1": {"github": {"event_name": "push"}, "parent": ""},
    "r2": {"github": {"event_name": "push"}, "parent": "r1/a"},
    "r3": {"github": {}},
}

OLDER = (
    "DROP INDEX runs_trigger",
    "ALTER TABLE runs DROP COLUMN trigger",
    "DROP TABLE masks",
    "DROP TABLE recipients",
    "UPDATE alembic_version SET version_num = '0010'",
)
"""What makes of a database one as it was before the migration."""


def test_what_started_earlier_runs_is_read_from_their_first_entries(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    before = open_store(path)
    for run, body in BODIES.items():
        before.ledger.append([Entry(Event.QUEUED, run, actor="ann", body=body)])
        with before.runs.begin() as transaction:
            transaction.save(RunRow(run, "w", "w", State.QUEUED, "ann", NOON))
    before.close()
    connection = sqlite3.connect(path)
    with connection:
        for statement in OLDER:
            connection.execute(statement)
    connection.close()
    after = open_store(path)
    found = {row.id: row.trigger for row in after.runs.runs()}
    after.close()
    assert found == {"r1": "push", "r2": "workflow_call", "r3": ""}
