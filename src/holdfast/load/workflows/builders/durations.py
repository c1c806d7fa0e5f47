"""Durations as people write them, in seconds."""

from typing import Any

from holdfast.declare import seconds_of
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Tree


def seconds_at(
    key: str, written: Any, tree: Tree | None, faults: list[Fault]
) -> int | None:
    """The seconds of a key of ``tree``; ``None`` for none, and for what is a fault."""
    if written is None:
        return None
    try:
        return seconds_of(str(written))
    except ValueError as error:
        at = (tree.get(key) if isinstance(tree, Pairs) else None) or tree
        faults.append(Fault(at.place if at else None, str(error)))
        return None
