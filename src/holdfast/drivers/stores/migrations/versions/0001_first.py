"""The ledger that only grows, contents by digest, and claims."""

import sqlalchemy as sa
from alembic import op

from holdfast.drivers.stores.migrations.only_grows import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the first tables, and keep the ledger from being changed."""
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _EXACT, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("address", _EXACT),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("ledger_run", "ledger", ["run", "sequence"])
    op.create_index("ledger_address", "ledger", ["address", "sequence"])
    op.create_index("ledger_event", "ledger", ["event", "sequence"])
    op.create_table(
        "contents",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
    )
    guard()


def downgrade() -> None:
    """There is nothing before the first version to go back to."""
    raise NotImplementedError
