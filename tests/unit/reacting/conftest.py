import pytest

from holdfast.drivers.stores import Store
from unit.reacting.scene import Scene


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene.of(store)
