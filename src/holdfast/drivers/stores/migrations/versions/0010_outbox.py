"""What is on its way out, what each channel was told, and how far the ledger was read."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("tried", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_state", "outbox", ["state", "due"])
    op.create_index("outbox_to", "outbox", ["to", "state"])
    op.create_table(
        "threads",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("open", sa.Integer, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("opened", sa.DateTime, nullable=False),
        sa.Column("closed", sa.DateTime),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("due", sa.DateTime),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("threads_cause", "threads", ["cause"])
    op.create_index("threads_due", "threads", ["due"])
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """The way back is a copy made before."""
    raise NotImplementedError
