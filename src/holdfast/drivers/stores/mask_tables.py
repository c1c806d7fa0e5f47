"""The tables of what jobs asked to hide, and of who may open it."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from holdfast.drivers.stores.tables import metadata

recipients = Table(
    "recipients",
    metadata,
    Column("site", Text, primary_key=True),
    Column("key", Text, nullable=False),
)

masks = Table(
    "masks",
    metadata,
    Column("run", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
