"""How anything that goes wrong is said: what was seen, wanted, and to be typed next."""

from holdfast.problems.exits import Exit
from holdfast.problems.nearest import did_you_mean, nearest
from holdfast.problems.problem import HoldfastError, Place, Problem, Severity

__all__ = [
    "Exit",
    "HoldfastError",
    "Place",
    "Problem",
    "Severity",
    "did_you_mean",
    "nearest",
]
