"""Which hosts the steps of a job name. Pure."""

from collections.abc import Mapping
from typing import Any

from holdfast import load
from holdfast.declare import Project, Step
from holdfast.expressions import ExpressionError
from holdfast.expressions.coerce import to_text
from holdfast.model import Target
from holdfast.plan import Aim, Instance, filled

_APPLY = "holdfast/apply"
_NAMING = ("hosts", "host", "targets")


def aims_of(
    project: Project, instance: Instance, contexts: Mapping[str, Any]
) -> tuple[Aim, ...]:
    """
    The hosts of each step, one answer a step.

    ``contexts`` are what is known before the job begins; what names hosts by the
    output of an earlier step is not known yet.
    """
    return tuple(_aim(project, step, contexts) for step in instance.job.steps)


def _aim(project: Project, step: Step, contexts: Mapping[str, Any]) -> Aim:
    try:
        patterns = _patterns(step, contexts)
    except ExpressionError:
        return Aim(known=False)
    if patterns is None:
        return Aim()
    chosen = load.select(project, patterns)
    if chosen.problems:
        return Aim(known=False)
    return Aim(tuple(target_of(project, host) for host in chosen.hosts))


def target_of(project: Project, host: str) -> Target:
    """A host as rules ask about it."""
    entry = project.hosts[host]
    return Target(host, entry.environment, tuple(entry.groups), project.owner)


def _patterns(step: Step, contexts: Mapping[str, Any]) -> list[str] | None:
    """What selects hosts; none at all for a step that names none."""
    if step.uses.partition("@")[0] == _APPLY:
        return to_text(filled(step.with_.get("selectors"), contexts)).split()
    if not step.uses:
        return None
    named = [step.with_[key] for key in _NAMING if step.with_.get(key)]
    return [to_text(filled(one, contexts)) for one in named] or None
