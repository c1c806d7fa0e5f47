"""The guard that keeps rows of the ledger as they are, in either sort of database."""

from alembic import op

_WORDS = "the ledger is append-only"


def guard() -> None:
    """Refuse every change and every removal."""
    if op.get_bind().dialect.name == "sqlite":
        for word in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_no_{word} BEFORE {word} ON ledger "
                f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION ledger_only_grows() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$ LANGUAGE plpgsql"
    )
    for word in ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(
            f"CREATE TRIGGER ledger_no_{word} BEFORE {word} ON ledger "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
        )
