"""Runs of workflows, wired: a keeper over the store, a worker, what is built in."""
