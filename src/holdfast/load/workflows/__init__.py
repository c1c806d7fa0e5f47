"""Workflows as people write them: GitHub Actions' grammar, and the few words of ours."""

from holdfast.load.workflows import grammar
from holdfast.load.workflows.actions import file_of, is_action, read_action
from holdfast.load.workflows.implied_steps import CONTAINERS, post_of, written_steps
from holdfast.load.workflows.runnable import OURS, THEIRS, Found, read_workflow, reread
from holdfast.load.workflows.source import Expression, Source, read_source

__all__ = [
    "CONTAINERS",
    "OURS",
    "THEIRS",
    "Expression",
    "Found",
    "Source",
    "file_of",
    "grammar",
    "is_action",
    "post_of",
    "read_action",
    "read_source",
    "read_workflow",
    "reread",
    "written_steps",
]
