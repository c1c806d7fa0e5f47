"""Commands of steps under a small process each, which outlives the worker."""

from holdfast.drivers.steps.runner import ShimRunner
from holdfast.drivers.steps.workplace import LocalWorkplace

__all__ = ["LocalWorkplace", "ShimRunner"]
