"""plan(wanted, seen) -> Plan. Pure: every planner ends as a Plan."""
