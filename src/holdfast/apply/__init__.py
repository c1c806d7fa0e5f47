"""apply(plan, verdict) -> outcomes. Walks the changes in waves, stops beyond the budget."""

from holdfast.apply.outcome import Outcome, Walked
from holdfast.apply.walk import INTERRUPTED, Crew, walk
from holdfast.apply.waves import waves

__all__ = ["INTERRUPTED", "Crew", "Outcome", "Walked", "walk", "waves"]
