"""
Commands of steps under a small process each, which outlives the worker.

Nothing is imported here: the small processes are forked from one that holds no more than
they need.
"""
