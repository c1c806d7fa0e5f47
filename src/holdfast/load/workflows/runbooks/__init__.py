"""Runbooks: Markdown files that are read as the workflows they are."""

from holdfast.load.workflows.runbooks.checks import (
    is_runbook,
    no_front_matter,
    odd_runbook,
)
from holdfast.load.workflows.runbooks.read import read_runbook

__all__ = ["is_runbook", "no_front_matter", "odd_runbook", "read_runbook"]
