"""A look into a database without opening it: nothing is made, nothing is migrated."""

from pathlib import Path

from sqlalchemy import inspect

from holdfast.drivers.stores.database import Database
from holdfast.drivers.stores.secrets import SqlSecrets
from holdfast.drivers.stores.tables import secret_versions


def names_of_secrets(path: Path, url: str = "") -> tuple[str, ...]:
    """
    The names of the secrets that are kept; none where there is no database yet.

    Raises ``HoldfastError`` when it cannot be asked.
    """
    if not url and not path.exists():
        return ()
    engine = Database(path, url).engine()
    try:
        if not inspect(engine).has_table(secret_versions.name):
            return ()
        return SqlSecrets(engine).names()
    finally:
        engine.dispose()
