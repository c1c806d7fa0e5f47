"""A store for one test: nothing in it has to outlive anything."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from holdfast.drivers.stores.store import Store, open_store


def passing_store(folder: Path, number: int) -> Store:
    """
    An empty store in a folder; the first one there is made, the others are copies of it.

    It is the real one, with the same rules, only that it does not wait for the disk.
    """
    empty = folder / "empty.db"
    if not empty.exists():
        open_store(empty).close()
    path = folder / f"{number}.db"
    shutil.copyfile(empty, path)
    store = open_store(path)
    _carelessly(store.engine)
    return store


def _carelessly(engine: Engine) -> None:
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(engine, "connect", prepare)
    engine.dispose()
