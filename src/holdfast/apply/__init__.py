"""apply(plan, verdict) -> outcomes. Walks the changes in waves, stops beyond the budget."""

from holdfast.apply.outcome import Outcome, Walked
from holdfast.apply.walk import Crew, walk
from holdfast.apply.waves import waves

__all__ = ["Crew", "Outcome", "Walked", "walk", "waves"]
