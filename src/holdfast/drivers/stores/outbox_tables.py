"""The tables of the outbox."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text

from holdfast.drivers.stores.tables import metadata

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("to", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("due", DateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("tried", DateTime),
    Index("outbox_state", "state", "due"),
    Index("outbox_to", "to", "state"),
    sqlite_autoincrement=True,
)

threads = Table(
    "threads",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("open", Integer, nullable=False),
    Column("told", Integer, nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("closed", DateTime),
    Column("times", Integer, nullable=False),
    Column("due", DateTime),
    Column("held", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("threads_cause", "cause"),
    Index("threads_due", "due"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),
)
