"""Taking back a run of a workflow: a workflow made of what its own steps declared."""

from holdfast.engine.undoing.steps import Left, Taken
from holdfast.engine.undoing.taken import Back, taken_back
from holdfast.engine.undoing.versions import Given, given
from holdfast.engine.undoing.workflow import Begun, WayBack, way_back

__all__ = [
    "Back",
    "Begun",
    "Given",
    "Left",
    "Taken",
    "WayBack",
    "given",
    "taken_back",
    "way_back",
]
