"""Where things are kept."""

from holdfast.drivers.stores.store import Store, open_store

__all__ = ["Store", "open_store"]
