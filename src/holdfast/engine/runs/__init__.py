"""Runs of workflows: kept, decided, handed to workers and executed."""
