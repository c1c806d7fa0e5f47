from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.drivers.stores import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "holdfast.db")
    yield made
    made.close()
