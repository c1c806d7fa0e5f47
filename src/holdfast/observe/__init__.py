"""observe(addresses) -> Snapshot. Reads what is really there; changes nothing."""
