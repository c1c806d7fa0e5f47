"""Runs of workflows: their rows, the jobs at hand, workers, and what steps printed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("workflow", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("ended", sa.DateTime),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("wake", sa.DateTime),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("runs_state", "runs", ["state", "number"])
    op.create_index("runs_group", "runs", ["group"])
    op.create_index("runs_wake", "runs", ["wake"])
    op.create_index("runs_workflow", "runs", ["workflow", "number"])
    op.create_table(
        "jobs",
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("labels", sa.Text, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("segment", sa.Integer, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("stop", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("labels", sa.Text, nullable=False),
        sa.Column("slots", sa.Integer, nullable=False),
        sa.Column("lease", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("draining", sa.Integer, nullable=False),
    )
    op.create_table(
        "logs",
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("offset", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO counters (name, value) SELECT 'run', "
        "coalesce(max(CAST(substr(run, 2) AS INTEGER)), 0) FROM ledger "
        "WHERE event = 'run-started'"
    )


def downgrade() -> None:
    """The way back is a copy made before."""
    raise NotImplementedError
