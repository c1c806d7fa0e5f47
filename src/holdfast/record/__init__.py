"""record(events) -> Entry. The ledger's rules: chained, append-only, nothing impossible."""
