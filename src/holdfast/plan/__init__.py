"""plan(wanted, seen) -> Plan. Pure: every planner ends as a Plan."""

from holdfast.plan.converge import Binding, converge
from holdfast.plan.jobs import (
    Begin,
    Drop,
    Finish,
    Hold,
    Instance,
    Move,
    Stop,
    filled,
    instances,
    needs_of,
    next_moves,
    result_of,
)
from holdfast.plan.matrix import expand
from holdfast.plan.undo import NoWayBack, undo, undo_goals, undo_resources
from holdfast.plan.workflow import job_plan, shown

__all__ = [
    "Begin",
    "Binding",
    "Drop",
    "Finish",
    "Hold",
    "Instance",
    "Move",
    "NoWayBack",
    "Stop",
    "converge",
    "expand",
    "filled",
    "instances",
    "job_plan",
    "needs_of",
    "next_moves",
    "result_of",
    "shown",
    "undo",
    "undo_goals",
    "undo_resources",
]
