"""load(files) -> Project. Finds, parses and checks, keeping file, line and column."""

from holdfast.load.project import Loaded, find_root, load
from holdfast.load.resolving import Resolved, resolve
from holdfast.load.schema import schema
from holdfast.load.select import Selection, select

__all__ = [
    "Loaded",
    "Resolved",
    "Selection",
    "find_root",
    "load",
    "resolve",
    "schema",
    "select",
]
