"""How often a workflow may start, and how much it may touch."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Storm
from holdfast.load.workflows.builders.durations import seconds_at
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Tree

_DURATIONS = ("once_within", "once_after", "accumulate_within", "within")
_PERCENTAGE = "max_fail_percentage"


def build_limits(
    written: Mapping[str, Any] | None, tree: Tree | None, faults: list[Fault]
) -> Storm | None:
    """The limits, durations in seconds; ``None`` when there are none."""
    if written is None:
        return None
    made: dict[str, Any] = {
        name: seconds_at(name, value, tree, faults) if name in _DURATIONS else value
        for name, value in written.items()
    }
    if _PERCENTAGE in made:
        made[_PERCENTAGE] = int(str(made[_PERCENTAGE]).rstrip("% ") or 0)
    return Storm(**{name: value for name, value in made.items() if value is not None})
