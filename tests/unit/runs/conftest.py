import pytest

from holdfast.drivers.stores import Store
from unit.runs.world import World


@pytest.fixture
def world(store: Store) -> World:
    return World.of(store)
