"""gate(plan, rules) -> Verdict. Policy, approvals, windows, claims, blast radius; silence is a no."""
