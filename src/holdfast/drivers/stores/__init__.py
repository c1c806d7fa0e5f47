"""Where things are kept."""

from holdfast.drivers.stores.inspection import names_of_secrets
from holdfast.drivers.stores.store import Store, open_store

__all__ = ["Store", "names_of_secrets", "open_store"]
