"""Schedules that are kept: each moment is decided once, whoever was away."""

from holdfast.engine.scheduling.entry import Planned, planned
from holdfast.engine.scheduling.scheduler import Scheduler, skip

__all__ = ["Planned", "Scheduler", "planned", "skip"]
