"""The loop made durable. The only package that may import the durable engine."""

from holdfast.engine.drift.findings import Drift, Finding, State
from holdfast.engine.entries import Report
from holdfast.engine.loop import Engine
from holdfast.engine.recovery import Doubt

__all__ = ["Doubt", "Drift", "Engine", "Finding", "Report", "State"]
