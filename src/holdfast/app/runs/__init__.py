"""Runs of workflows, wired: a keeper over the store, a worker on this machine, a desk."""
