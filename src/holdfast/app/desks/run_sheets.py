"""Workflows and gates as people are shown them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from holdfast.app.desks.trigger_words import trigger_words
from holdfast.declare import Cron, Input, Job, Step, Workflow, parse_cron
from holdfast.engine.schedules import next_times
from holdfast.model import GateView, GlassView, RunView
from holdfast.model.leaves import leaves
from holdfast.ports import GateSheet, InputRow, JobSheet, StepSheet, WorkflowRow

_SOON = 5

LAST = "the last successful run"
MOVED = "what was shown before it moved"
"""What a gate is compared with."""


def workflow_row(flow: Workflow, now: datetime) -> WorkflowRow:
    """One workflow in a list, with its coming moments."""
    crons = [parse_cron(one.cron, one.timezone, flow.name) for one in flow.schedules]
    times = sorted(
        at
        for one in crons
        if isinstance(one, Cron)
        for at in next_times(one, now, _SOON)
    )
    return WorkflowRow(
        name=flow.name,
        file=flow.file,
        owner=flow.owner,
        description=flow.description,
        starts=tuple(_starts(flow)),
        inputs=None if flow.dispatch is None else tuple(map(_input, flow.dispatch)),
        autonomy=flow.autonomy,
        next=tuple(times[:_SOON]),
    )


def _starts(flow: Workflow) -> Sequence[str]:
    words = [trigger_words(one) for one in flow.triggers]
    words += [f"schedule {one.cron} {one.timezone}" for one in flow.schedules]
    words += ["by hand"] if flow.dispatch is not None else []
    words += ["called by other workflows"] if flow.call is not None else []
    return words


def _input(one: Input) -> InputRow:
    return InputRow(
        one.name, one.type, one.description, one.required, one.default, one.options
    )


def job_sheet(job: Job, flow: Workflow) -> JobSheet:
    """One job as it was declared."""
    prose = dict(flow.prose)
    return JobSheet(
        id=job.id,
        name=str(job.name or job.id),
        needs=job.needs,
        steps=tuple(
            StepSheet(step.id, step.title, _does(step), prose.get(step.id, ""))
            for step in job.steps
        ),
    )


def _does(step: Step) -> str:
    return str(step.run if step.run is not None else step.uses or step.manual)


def gate_sheet(
    key: str,
    gate: GateView,
    people: tuple[str, ...],
    earlier: Sequence[Mapping[str, Any]],
) -> GateSheet:
    """
    A gate with what is different from before.

    That is what it showed until something moved, else what the newest of the ``earlier``
    ones showed.
    """
    warnings = [gate.message] if gate.message and gate.step >= 0 else []
    warnings += gate.warnings
    no_way_back = gate.shows.get("no way back") or ()
    if no_way_back:
        warnings.append(f"no way back after: {', '.join(map(str, no_way_back))}")
    return GateSheet(
        job=key,
        digest=gate.digest,
        count=gate.count,
        opened=gate.opened,
        given=tuple(f"{w['by']}: {w.get('why', '')}" for w in gate.said if w["yes"]),
        may=people,
        expires=gate.expires,
        shows=gate.shows,
        moved=_moved(gate.before or next(iter(earlier), {}), gate.shows),
        against=MOVED if gate.before else LAST,
        warnings=tuple(warnings),
        kind=gate.kind,
    )


def glass_sheet(key: str, asked: GlassView, people: tuple[str, ...]) -> GateSheet:
    """A request to pass windows and freezes, as the second person sees it."""
    return GateSheet(
        job=key,
        digest=asked.digest,
        count=1,
        opened=asked.asked,
        may=people or (f"anybody but {asked.by}",),
        expires=asked.until,
        shows={"plan digest": asked.plan, **asked.shows},
        warnings=(f"{asked.by} asks to pass windows and freezes: {asked.why}",),
        kind="glass",
    )


def shown_in(views: Sequence[RunView], key: str) -> list[Mapping[str, Any]]:
    """What a job was let through with in other runs."""
    shows = (_last_shown(view, key) for view in views)
    return [found for found in shows if found]


def _last_shown(view: RunView, key: str) -> Mapping[str, Any]:
    seen = view.jobs.get(key)
    if seen is not None and seen.gate is not None:
        return seen.gate.shows
    return view.planned.get(key, {})


def _moved(
    before: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    """The parts that differ from what was shown before, if anything was."""
    if not before:
        return ()
    old = dict(leaves({part: before.get(part) for part in now}))
    new = dict(leaves(now))
    return tuple(
        (path, old.get(path, ""), new.get(path, ""))
        for path in {**new, **old}
        if old.get(path) != new.get(path)
    )
