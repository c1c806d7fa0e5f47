"""When scheduled runs are due, and what becomes of missed ones; without a clock."""

from holdfast.engine.schedules.agenda import Agenda, Due
from holdfast.engine.schedules.times import due, next_times
from holdfast.engine.schedules.triage import (
    GRACE,
    Meeting,
    Triaged,
    meet,
    run_key,
    triage,
)

__all__ = [
    "GRACE",
    "Agenda",
    "Due",
    "Meeting",
    "Triaged",
    "due",
    "meet",
    "next_times",
    "run_key",
    "triage",
]
