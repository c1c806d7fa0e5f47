"""
What would go wrong when a project is run: one sort of finding a file.

A new one is a function from a scene, or from the ground under all of them, to problems,
and one line here.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from holdfast.app.checking.findings.actions import unfit_inputs
from holdfast.app.checking.findings.environments import unknown_environments
from holdfast.app.checking.findings.gates import (
    approvals_of_steps,
    gates_of_project,
    owners_who_are_asked,
    policies_of_project,
)
from holdfast.app.checking.findings.hosts import unknown_claims, unknown_hosts
from holdfast.app.checking.findings.names import (
    unknown_names,
    unknown_names_in_actions,
)
from holdfast.app.checking.findings.outside import detours
from holdfast.app.checking.findings.reach import never_reached
from holdfast.app.checking.findings.reactions import nobody_paged, without_limits
from holdfast.app.checking.findings.secrets import secrets_of_project, unknown_secrets
from holdfast.app.checking.findings.shells import unknown_shells
from holdfast.app.checking.findings.undo import no_way_back
from holdfast.app.checking.findings.workflows import (
    called_with_a_group,
    unheard_triggers,
    unknown_workflows,
)
from holdfast.app.checking.scene import Ground, Scene
from holdfast.problems import Problem

OfWorkflow: TypeAlias = Callable[[Scene], Iterator[Problem]]
OfProject: TypeAlias = Callable[[Ground], Iterator[Problem]]

OF_WORKFLOWS: tuple[OfWorkflow, ...] = (
    unknown_names,
    unknown_names_in_actions,
    never_reached,
    unfit_inputs,
    unknown_secrets,
    unknown_environments,
    unknown_hosts,
    unknown_claims,
    unknown_workflows,
    unheard_triggers,
    called_with_a_group,
    unknown_shells,
    approvals_of_steps,
    owners_who_are_asked,
    without_limits,
    nobody_paged,
    no_way_back,
    detours,
)
OF_PROJECTS: tuple[OfProject, ...] = (
    gates_of_project,
    policies_of_project,
    secrets_of_project,
)
