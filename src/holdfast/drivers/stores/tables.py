"""The tables, and the SQL that makes them from nothing."""

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("address", Text),
    Column("actor", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ledger_run", "run", "sequence"),
    Index("ledger_address", "address", "sequence"),
    Index("ledger_event", "event", "sequence"),
)

contents = Table(
    "contents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("sealed", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("key", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", DateTime, nullable=False),
    Column("until", DateTime, nullable=False),
    Column("token", Integer, nullable=False),
    Column("run", Text, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

GUARDS = tuple(
    text(
        f"CREATE TRIGGER IF NOT EXISTS ledger_no_{word} BEFORE {word} ON ledger "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )
    for word in ("UPDATE", "DELETE")
)
"""Triggers that keep the ledger append-only for everybody who speaks SQL."""
