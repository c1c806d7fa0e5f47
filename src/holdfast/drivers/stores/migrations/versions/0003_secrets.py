"""Versions of secrets, sealed; and what commands printed, beside the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables; what older rows of the ledger hold stays in them."""
    op.create_table(
        "secret_versions",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.DateTime),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("retires", sa.DateTime),
    )
    op.create_table(
        "printed",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """The way back is a copy made before."""
    raise NotImplementedError
