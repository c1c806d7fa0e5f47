"""
gate(plan, rules) -> Verdict.

Policy, approvals, windows, claims, blast radius; silence is a no.
"""

from holdfast.gate.approvals import Counted, count
from holdfast.gate.break_glass import CODES as GLASS_LIFTS
from holdfast.gate.break_glass import LASTS as GLASS_LASTS
from holdfast.gate.break_glass import broken, is_other, needed_for
from holdfast.gate.judge import judge
from holdfast.gate.radius import reach_of
from holdfast.gate.reading import (
    parse_approve,
    parse_gates,
    parse_policy,
    parse_share,
    rules_from,
)
from holdfast.gate.rules import (
    Approval,
    Approve,
    Freeze,
    GateFacts,
    Gates,
    Glass,
    Limits,
    Policy,
    Reach,
    Rules,
)
from holdfast.gate.touched import touched_by
from holdfast.gate.windows import (
    Window,
    is_open,
    next_closing,
    next_opening,
    parse_window,
)

__all__ = [
    "GLASS_LASTS",
    "GLASS_LIFTS",
    "Approval",
    "Approve",
    "Counted",
    "Freeze",
    "GateFacts",
    "Gates",
    "Glass",
    "Limits",
    "Policy",
    "Reach",
    "Rules",
    "Window",
    "broken",
    "count",
    "is_open",
    "is_other",
    "judge",
    "needed_for",
    "next_closing",
    "next_opening",
    "parse_approve",
    "parse_gates",
    "parse_policy",
    "parse_share",
    "parse_window",
    "reach_of",
    "rules_from",
    "touched_by",
]
