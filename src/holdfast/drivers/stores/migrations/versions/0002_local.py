"""The part of an address that is the same on every host, to be found by itself."""

import sqlalchemy as sa
from alembic import op

from holdfast.drivers.stores.scrubbing import unguarded
from holdfast.model import Address

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it to every row; rows may only change while nobody guards them."""
    op.add_column("ledger", sa.Column("local", sa.Text))
    bind = op.get_bind()
    ledger = sa.table("ledger", sa.column("address"), sa.column("local"))
    with unguarded(bind):
        for text in bind.scalars(sa.select(ledger.c.address).distinct()).all():
            address = Address.parse(text) if text else None
            if address:
                named = sa.update(ledger).where(ledger.c.address == text)
                bind.execute(named.values(local=address.local))
    op.create_index("ledger_local", "ledger", ["local", "sequence"])


def downgrade() -> None:
    """The way back is a copy made before."""
    raise NotImplementedError
