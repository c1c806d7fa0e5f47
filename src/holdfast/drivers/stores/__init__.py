"""Where things are kept."""

from holdfast.drivers.stores.inspection import names_of_secrets, sheet_of_outbox
from holdfast.drivers.stores.store import Store, open_store

__all__ = ["Store", "names_of_secrets", "open_store", "sheet_of_outbox"]
