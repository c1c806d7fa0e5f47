"""
Holdfast: declare, load, observe, plan, gate, apply, verify, record.

Packages named with a verb are stages of that sentence; each takes values from
:mod:`holdfast.model` and returns exactly one kind of value from it. Packages
named with a noun are what the stages stand on or are reached through.
"""

__version__ = "0.1.0"
