"""observe(addresses) -> Snapshot. Reads what is really there; changes nothing."""

from holdfast.observe.facts import FACTS_SCRIPT, read_facts
from holdfast.observe.look import Look, look_for, read_look, snapshot

__all__ = [
    "FACTS_SCRIPT",
    "Look",
    "look_for",
    "read_facts",
    "read_look",
    "snapshot",
]
