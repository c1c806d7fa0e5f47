"""A runner of real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.drivers.steps.runner import ShimRunner


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ShimRunner]:
    made = ShimRunner(tmp_path / "steps")
    made.renew(60)
    yield made
    for key in list(made.known()):
        found = made.attach(key)
        assert found is not None
        found.forget()
    made.close()
