"""Workflows as people write them: GitHub Actions' grammar, and the few words of ours."""

from holdfast.load.workflows.actions import file_of, read_action
from holdfast.load.workflows.folder import OURS, THEIRS, Found, read_workflow, reread

__all__ = [
    "OURS",
    "THEIRS",
    "Found",
    "file_of",
    "read_action",
    "read_workflow",
    "reread",
]
