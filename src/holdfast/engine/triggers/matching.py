"""
Whether something that happened is what a workflow waits for.

One function for what happens now and for what is stored: a backtest asks it the same.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from holdfast.declare import Schedule, Trigger, Workflow
from holdfast.engine.triggers import extensions, forge
from holdfast.engine.triggers.match import Match, all_of, any_of, leaf
from holdfast.engine.triggers.values import NOTHING, at, compared
from holdfast.model import Occurrence

_Conditions = Callable[[Mapping[str, Any], Occurrence], Iterator[Match]]

_OURS: Mapping[str, _Conditions] = {
    "alert": extensions.alert,
    "event": extensions.event,
    "webhook": extensions.webhook,
    "run": extensions.run,
    "drift": extensions.drift,
}
_FORGE: Mapping[str, _Conditions] = {
    "push": forge.push,
    "pull_request": forge.pull_request,
    "pull_request_target": forge.pull_request,
    "workflow_run": forge.workflow_run,
}
_TROUBLE: Mapping[str, _Conditions] = {
    "alert": extensions.labels,
    "drift": extensions.drifted,
}
"""What begins and ends, each with what tells one trouble from another."""

_ANY_TYPE = frozenset({"event", "webhook"})
"""Triggers that say themselves which type they want, or want any."""


def matches(
    workflow: Workflow, occurrence: Occurrence, *, repository: str = ""
) -> Match:
    """
    Whether it starts the workflow, and why, condition by condition.

    The parts are the workflow's triggers, schedules and ``workflow_dispatch``, in that
    order. ``repository`` is the project's own (``owner/name``): events of other
    repositories do not count then.
    """
    parts = [triggered(one, occurrence, repository) for one in workflow.triggers]
    parts += [_scheduled(workflow, one, occurrence) for one in workflow.schedules]
    if workflow.dispatch is not None:
        parts.append(_dispatched(workflow, occurrence))
    return any_of(workflow.name or workflow.file, parts)


def starting(
    workflow: Workflow, occurrence: Occurrence, *, repository: str = ""
) -> Trigger | None:
    """The first trigger that an occurrence fits."""
    fitting = (
        one for one in workflow.triggers if triggered(one, occurrence, repository).holds
    )
    return next(fitting, None)


def triggered(trigger: Trigger, occurrence: Occurrence, repository: str = "") -> Match:
    """Whether it fits one trigger."""
    what = f"on: {trigger.event}"
    kind = compared("the type", trigger.event, occurrence.type)
    if trigger.event not in _ANY_TYPE and not kind.holds:
        return all_of(what, (kind,))
    if trigger.event in _OURS:
        found = [] if trigger.event in _ANY_TYPE else [kind]
        return all_of(
            what, [*found, *_OURS[trigger.event](trigger.options, occurrence)]
        )
    filters = _FORGE.get(trigger.event, forge.other)(trigger.options, occurrence)
    return all_of(what, [kind, *_here(occurrence, repository), *filters])


def closed(workflow: Workflow, occurrence: Occurrence) -> Trigger | None:
    """The trigger that answers trouble while it lasts, when this is the trouble's end."""
    where = _TROUBLE.get(occurrence.type)
    if where is None or occurrence.action != "resolved":
        return None
    fitting = (
        trigger
        for trigger in workflow.triggers
        if trigger.event == occurrence.type
        and all_of("the same", where(trigger.options, occurrence)).holds
    )
    return next(fitting, None)


def _here(occurrence: Occurrence, repository: str) -> Iterator[Match]:
    if repository:
        name = at(occurrence.data, "repository.full_name")
        seen = None if name is NOTHING else str(name)
        same = str(name).lower() == repository.lower()
        yield leaf(f"the repository is {repository}", seen, holds=same)


def _scheduled(workflow: Workflow, schedule: Schedule, occurrence: Occurrence) -> Match:
    what = f"on: schedule {schedule.cron}"
    kind = compared("the type", "schedule", occurrence.type)
    if not kind.holds:
        return all_of(what, (kind,))
    cron = at(occurrence.data, "schedule")
    return all_of(
        what,
        (
            kind,
            compared("the workflow", workflow.file, occurrence.subject),
            compared("the schedule", schedule.cron, cron),
        ),
    )


def _dispatched(workflow: Workflow, occurrence: Occurrence) -> Match:
    what = "on: workflow_dispatch"
    kind = compared("the type", "workflow_dispatch", occurrence.type)
    if not kind.holds:
        return all_of(what, (kind,))
    return all_of(
        what, (kind, compared("the workflow", workflow.file, occurrence.subject))
    )
