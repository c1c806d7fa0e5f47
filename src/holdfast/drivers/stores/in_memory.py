"""A store for tests: nothing in it has to outlive anything."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import event

from holdfast.drivers.stores.store import Store, open_store


class PassingStore:
    """
    The real store, with the same rules, only that it does not wait for the disk.

    One test after the other has it to itself, each from its empty beginning.
    """

    def __init__(self, folder: Path) -> None:
        self._empty, self._path = folder / "empty.db", folder / "test.db"
        open_store(self._empty).close()
        shutil.copyfile(self._empty, self._path)
        self._store = open_store(self._path)
        event.listen(self._store.engine, "connect", _carelessly)

    def fresh(self) -> Store:
        """The store with nothing in it; whoever had it before is done with it."""
        self._store.close()
        for part in ("-wal", "-shm"):
            self._path.with_name(f"{self._path.name}{part}").unlink(missing_ok=True)
        shutil.copyfile(self._empty, self._path)
        return self._store


def _carelessly(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
