"""The tables as they are now; ``migrations`` says how they came to be."""

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

_EXACT = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte, whatever the language of the database."""

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", _EXACT, nullable=False),
    Column("run", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("address", _EXACT),
    Column("actor", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("local", Text),
    Index("ledger_run", "run", "sequence"),
    Index("ledger_address", "address", "sequence"),
    Index("ledger_event", "event", "sequence"),
    Index("ledger_local", "local", "sequence"),
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

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("workflow", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("ended", DateTime),
    Column("group", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("wake", DateTime),
    Column("why", Text, nullable=False),
    Column("trigger", Text, nullable=False, server_default=""),
    Index("runs_state", "state", "number"),
    Index("runs_group", "group"),
    Index("runs_wake", "wake"),
    Index("runs_workflow", "workflow", "number"),
    Index("runs_trigger", "trigger", "number"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("run", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("since", DateTime, nullable=False),
    Column("labels", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("segment", Integer, nullable=False),
    Column("group", Text, nullable=False),
    Column("stop", Text, nullable=False),
    Column("site", Text, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("lease", DateTime, nullable=False),
    Column("started", DateTime, nullable=False),
    Column("draining", Integer, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

logs = Table(
    "logs",
    metadata,
    Column("run", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("offset", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("data", Text, nullable=False),
    Column("reacted", Integer, nullable=False),
    Column("cause_run", Text, nullable=False),
    Column("cause_workflow", Text, nullable=False),
    Column("cause_certain", Integer, nullable=False),
    Index("events_reacted", "reacted", "number"),
    Index("events_at", "at"),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("workflow", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("until", DateTime),
    Column("outcome", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("open", Integer, nullable=False),
    Index("decisions_workflow", "workflow", "number"),
    Index("decisions_open", "open", "number"),
    Index("decisions_at", "at"),
    sqlite_autoincrement=True,
)

decided = Table(
    "decided",
    metadata,
    Column("decision", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("event", Text, nullable=False),
    Index("decided_event", "event"),
)

reactions = Table(
    "reactions",
    metadata,
    Column("workflow", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("trigger", Integer, nullable=False),
    Column("due", DateTime),
    Column("history", Text, nullable=False),
    Index("reactions_due", "due"),
)

starts = Table(
    "starts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("run", Text, nullable=False, unique=True),
    Column("workflow", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("target", Text, nullable=False),
    Column("event", Text, nullable=False),
    Index("starts_workflow", "workflow", "at"),
    Index("starts_target", "target", "at"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", DateTime, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", DateTime, nullable=False),
)

refs = Table(
    "refs",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("commit", Text, nullable=False),
)

secret_versions = Table(
    "secret_versions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("root", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made", DateTime),
    Column("by", Text, nullable=False),
    Column("retires", DateTime),
)

printed = Table(
    "printed",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
