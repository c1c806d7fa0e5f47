"""observe(addresses) -> Snapshot. Reads what is really there; changes nothing."""

from holdfast.observe.facts import FACTS_SCRIPT, read_facts
from holdfast.observe.look import Look, look_for, read_look, snapshot
from holdfast.observe.marks import Asked, Mark, marks_script, read_marks

__all__ = [
    "FACTS_SCRIPT",
    "Asked",
    "Look",
    "Mark",
    "look_for",
    "marks_script",
    "read_facts",
    "read_look",
    "read_marks",
    "snapshot",
]
