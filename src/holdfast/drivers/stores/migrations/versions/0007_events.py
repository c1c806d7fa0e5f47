"""What happened outside, what was decided about it, and who decides."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("reacted", sa.Integer, nullable=False),
        sa.Column("cause_run", sa.Text, nullable=False),
        sa.Column("cause_workflow", sa.Text, nullable=False),
        sa.Column("cause_certain", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("events_reacted", "events", ["reacted", "number"])
    op.create_index("events_at", "events", ["at"])
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("workflow", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("until", sa.DateTime),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("open", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_workflow", "decisions", ["workflow", "number"])
    op.create_index("decisions_open", "decisions", ["open", "number"])
    op.create_index("decisions_at", "decisions", ["at"])
    op.create_table(
        "decided",
        sa.Column("decision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.Text, nullable=False),
    )
    op.create_index("decided_event", "decided", ["event"])
    op.create_table(
        "reactions",
        sa.Column("workflow", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("trigger", sa.Integer, nullable=False),
        sa.Column("due", sa.DateTime),
        sa.Column("history", sa.Text, nullable=False),
    )
    op.create_index("reactions_due", "reactions", ["due"])
    op.create_table(
        "starts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("run", sa.Text, nullable=False, unique=True),
        sa.Column("workflow", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
    )
    op.create_index("starts_workflow", "starts", ["workflow", "at"])
    op.create_index("starts_target", "starts", ["target", "at"])
    op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
    )
    op.create_table(
        "refs",
        sa.Column("repository", sa.Text, primary_key=True),
        sa.Column("ref", sa.Text, primary_key=True),
        sa.Column("commit", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """The way back is a copy made before."""
    raise NotImplementedError
