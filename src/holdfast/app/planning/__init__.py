"""What a proposal is made with: addresses, rules, rollouts, and plans on disk."""
