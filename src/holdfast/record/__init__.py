"""record(events) -> Entry. The ledger's rules: chained, append-only, nothing impossible."""

from holdfast.record.chain import verify_chain
from holdfast.record.intents import change_of, intent_body, state_of
from holdfast.record.story import (
    RunStory,
    in_doubt,
    made_in,
    open_doubts,
    pending_handlers,
    story_of,
)

__all__ = [
    "RunStory",
    "change_of",
    "in_doubt",
    "intent_body",
    "made_in",
    "open_doubts",
    "pending_handlers",
    "state_of",
    "story_of",
    "verify_chain",
]
