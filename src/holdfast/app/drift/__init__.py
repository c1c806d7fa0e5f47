"""Looks for drift: what is watched, and what is written down of it."""
