"""record(events) -> Entry. The ledger's rules: chained, append-only, nothing impossible."""

from holdfast.record.acts import ACTS, Act, acts_in
from holdfast.record.chain import verify_chain
from holdfast.record.exposure import Use, named, secrets_on, uses_of
from holdfast.record.intents import change_of, intent_body, state_of
from holdfast.record.runbooks import (
    BEGUN,
    Blocks,
    Hands,
    Tally,
    hands_of,
    tallies_of,
)
from holdfast.record.runs import view_of
from holdfast.record.spans import spans_of
from holdfast.record.story import (
    RunStory,
    in_doubt,
    made_in,
    no_changes,
    no_such_run,
    no_workflow_run,
    open_doubts,
    pending_handlers,
    removed_run,
    story_of,
)
from holdfast.record.why import Cause, WhyAddress, WhyRun, causes_of, why_run

__all__ = [
    "ACTS",
    "BEGUN",
    "Act",
    "Blocks",
    "Cause",
    "Hands",
    "RunStory",
    "Tally",
    "Use",
    "WhyAddress",
    "WhyRun",
    "acts_in",
    "causes_of",
    "change_of",
    "hands_of",
    "in_doubt",
    "intent_body",
    "made_in",
    "named",
    "no_changes",
    "no_such_run",
    "no_workflow_run",
    "open_doubts",
    "pending_handlers",
    "removed_run",
    "secrets_on",
    "spans_of",
    "state_of",
    "story_of",
    "tallies_of",
    "uses_of",
    "verify_chain",
    "view_of",
    "why_run",
]
