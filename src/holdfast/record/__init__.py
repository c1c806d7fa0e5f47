"""record(events) -> Entry. The ledger's rules: chained, append-only, nothing impossible."""

from holdfast.record.chain import verify_chain
from holdfast.record.intents import change_of, intent_body, state_of
from holdfast.record.story import (
    RunStory,
    in_doubt,
    made_in,
    no_such_run,
    open_doubts,
    pending_handlers,
    story_of,
)
from holdfast.record.why import Cause, WhyAddress, WhyRun, causes_of, why_run

__all__ = [
    "Cause",
    "RunStory",
    "WhyAddress",
    "WhyRun",
    "causes_of",
    "change_of",
    "in_doubt",
    "intent_body",
    "made_in",
    "no_such_run",
    "open_doubts",
    "pending_handlers",
    "state_of",
    "story_of",
    "verify_chain",
    "why_run",
]
