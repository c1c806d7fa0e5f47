"""From a checked tree to the classes of a workflow."""

from holdfast.load.workflows.builders.conditions import bare
from holdfast.load.workflows.builders.steps import build_steps
from holdfast.load.workflows.builders.workflow import build_workflow

__all__ = ["bare", "build_steps", "build_workflow"]
