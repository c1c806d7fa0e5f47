"""What started a run, so that a list can be asked for it."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and fill it from the first entry of each run."""
    op.add_column(
        "runs", sa.Column("trigger", sa.Text, nullable=False, server_default="")
    )
    runs = sa.table("runs", sa.column("id"), sa.column("trigger"))
    ledger = sa.table("ledger", *map(sa.column, ("run", "event", "body")))
    connection = op.get_bind()
    first = sa.select(ledger.c.run, ledger.c.body).where(ledger.c.event == "queued")
    known = [
        {"of": row.run, "started": word}
        for row in connection.execute(first)
        if (word := _trigger(json.loads(row.body)))
    ]
    if known:
        named = runs.c.id == sa.bindparam("of")
        put = sa.update(runs).where(named).values(trigger=sa.bindparam("started"))
        connection.execute(put, known)
    op.create_index("runs_trigger", "runs", ["trigger", "number"])


def downgrade() -> None:
    """The way back is a copy made before."""
    raise NotImplementedError


def _trigger(body: dict[str, Any]) -> str:
    if body.get("parent"):
        return "workflow_call"
    github = body.get("github")
    return str(github.get("event_name", "")) if isinstance(github, dict) else ""
