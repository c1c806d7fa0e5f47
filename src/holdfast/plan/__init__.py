"""plan(wanted, seen) -> Plan. Pure: every planner ends as a Plan."""

from holdfast.plan import reasons
from holdfast.plan.aims import (
    Aim,
    Look,
    beyond,
    is_looked_at,
    lines_of,
    managed_in,
    written,
)
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
    unmet,
)
from holdfast.plan.matrix import expand
from holdfast.plan.undo import NoWayBack, undo, undo_goals, undo_resources
from holdfast.plan.workflow import job_plan, shown

__all__ = [
    "Aim",
    "Begin",
    "Binding",
    "Drop",
    "Finish",
    "Hold",
    "Instance",
    "Look",
    "Move",
    "NoWayBack",
    "Stop",
    "beyond",
    "converge",
    "expand",
    "filled",
    "instances",
    "is_looked_at",
    "job_plan",
    "lines_of",
    "managed_in",
    "needs_of",
    "next_moves",
    "reasons",
    "result_of",
    "shown",
    "undo",
    "undo_goals",
    "undo_resources",
    "unmet",
    "written",
]
