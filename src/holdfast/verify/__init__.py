"""verify(remaining, checks) -> Proof. The second plan is empty, the checks pass."""
