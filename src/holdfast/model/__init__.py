"""The nouns. Frozen values, no I/O, no clock, no randomness."""

from holdfast.model.address import Address
from holdfast.model.change import Action, Change, differences
from holdfast.model.claim import Claim, shared_key
from holdfast.model.entry import GENESIS, Entry, Event
from holdfast.model.notice import HAPPENINGS, PAGES, Message, Notice, Phase
from holdfast.model.occurrence import Occurrence, occurrence_id
from holdfast.model.pause import Pause
from holdfast.model.plan import Plan, Rollout, Target
from holdfast.model.resource import Resource
from holdfast.model.run import (
    GateView,
    GlassView,
    JobView,
    RunView,
    State,
    StepView,
    TaskView,
    WaitView,
)
from holdfast.model.snapshot import Snapshot
from holdfast.model.span import Sort, Span
from holdfast.model.values import (
    Attributes,
    Printed,
    Sensitive,
    Value,
    as_value,
    canonical,
    digest,
    digestible,
    digests_in,
    each_in,
)
from holdfast.model.verdict import Objection, Proof, Verdict

__all__ = [
    "GENESIS",
    "HAPPENINGS",
    "PAGES",
    "Action",
    "Address",
    "Attributes",
    "Change",
    "Claim",
    "Entry",
    "Event",
    "GateView",
    "GlassView",
    "JobView",
    "Message",
    "Notice",
    "Objection",
    "Occurrence",
    "Pause",
    "Phase",
    "Plan",
    "Printed",
    "Proof",
    "Resource",
    "Rollout",
    "RunView",
    "Sensitive",
    "Snapshot",
    "Sort",
    "Span",
    "State",
    "StepView",
    "Target",
    "TaskView",
    "Value",
    "Verdict",
    "WaitView",
    "as_value",
    "canonical",
    "differences",
    "digest",
    "digestible",
    "digests_in",
    "each_in",
    "occurrence_id",
    "shared_key",
]
