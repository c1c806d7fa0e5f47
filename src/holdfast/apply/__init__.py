"""apply(plan, verdict) -> outcomes. Walks the changes in waves, stops beyond the budget."""
