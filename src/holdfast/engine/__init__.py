"""The loop made durable. The only package that may import the durable engine."""

from holdfast.engine.drift import Drift, Finding, State
from holdfast.engine.loop import Engine, Report
from holdfast.engine.settle import Doubt

__all__ = ["Doubt", "Drift", "Engine", "Finding", "Report", "State"]
