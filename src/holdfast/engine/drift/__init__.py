"""Drift: found by looking, written down when it is news, and looked for in time."""
