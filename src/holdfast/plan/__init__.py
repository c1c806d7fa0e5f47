"""plan(wanted, seen) -> Plan. Pure: every planner ends as a Plan."""

from holdfast.plan.converge import Binding, converge
from holdfast.plan.undo import NoWayBack, undo, undo_goals, undo_resources

__all__ = ["Binding", "NoWayBack", "converge", "undo", "undo_goals", "undo_resources"]
