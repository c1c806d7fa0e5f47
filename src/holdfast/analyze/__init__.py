"""Reads somebody's repository: repeated work, hazards, owners. Executes nothing of it."""
