"""A Holdfast that is newer than the one that is tested: another install, made by hand."""

import shutil
from pathlib import Path

import holdfast
from holdfast.drivers.stores.migrate import VERSIONS

VERSION = "99.0.0"
SCHEMA = "9999"
_MIGRATION = f'''
"""What only a newer Holdfast knows."""

import sqlalchemy as sa
from alembic import op

revision = "{SCHEMA}"
down_revision = "{VERSIONS[-1]}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table, a column that may be empty, and one with a value for who knows it not."""
    op.create_table("newer", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("runs", sa.Column("newer", sa.Text))
    op.add_column(
        "jobs", sa.Column("newer", sa.Integer, nullable=False, server_default="7")
    )
    op.create_index("runs_newer", "runs", ["newer"])
'''


def install(folder: Path) -> Path:
    """
    Copy Holdfast and make it newer; where its source is.

    It has a version, a schema and a word in the ledger that this one does not know, and
    writes that word of each job it begins.
    """
    made = folder / "holdfast"
    shutil.copytree(Path(holdfast.__file__).parent, made)
    stores = made / "drivers/stores"
    (stores / f"migrations/versions/{SCHEMA}_newer.py").write_text(_MIGRATION)
    for file, old, new in (
        (made / "__init__.py", f'"{holdfast.__version__}"', f'"{VERSION}"'),
        (stores / "migrate.py", f'"{VERSIONS[-1]}")', f'"{VERSIONS[-1]}", "{SCHEMA}")'),
        (
            made / "model/entry.py",
            '    QUEUED = "queued"\n',
            '    QUEUED = "queued"\n    NEWER = "newer"\n',
        ),
        (
            made / "engine/runs/job.py",
            "[began]",
            '[began, keeper.entry(Event.NEWER, run, {"job": key})]',
        ),
    ):
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} is no longer as this knows it"
        file.write_text(text.replace(old, new), encoding="utf-8")
    return folder
