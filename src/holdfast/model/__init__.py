"""The nouns. Frozen values, no I/O, no clock, no randomness."""

from holdfast.model.address import Address
from holdfast.model.change import Action, Change, differences
from holdfast.model.claim import Claim
from holdfast.model.entry import GENESIS, Entry, Event
from holdfast.model.plan import Plan, Rollout, Target
from holdfast.model.resource import Resource
from holdfast.model.snapshot import Snapshot
from holdfast.model.values import (
    Attributes,
    Sensitive,
    Value,
    canonical,
    digest,
    digests_in,
)
from holdfast.model.verdict import Objection, Proof, Verdict

__all__ = [
    "GENESIS",
    "Action",
    "Address",
    "Attributes",
    "Change",
    "Claim",
    "Entry",
    "Event",
    "Objection",
    "Plan",
    "Proof",
    "Resource",
    "Rollout",
    "Sensitive",
    "Snapshot",
    "Target",
    "Value",
    "Verdict",
    "canonical",
    "differences",
    "digest",
    "digests_in",
]
