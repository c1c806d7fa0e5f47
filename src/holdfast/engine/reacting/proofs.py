"""Runs of rules that did not pass: what a rule did by itself has to hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from holdfast.declare import Workflow
from holdfast.engine.reacting.paging import Page, page
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.triggers import TROUBLE
from holdfast.engine.trusting import take_trust
from holdfast.model import RunView, State
from holdfast.ports import EventTransaction, RunTransaction

_MARK = "proved"
_OVERLAP = timedelta(seconds=60)
_VERIFY = "holdfast/verify"


def look_at_proofs(
    keeper: Keeper,
    runs: RunTransaction,
    events: EventTransaction,
    flows: Sequence[Workflow],
    now: datetime,
) -> int:
    """
    Take trust from remedies whose last runs acted and did not pass; how many it was.

    A run fails its proof when a ``holdfast/verify`` of it failed; one without any when it
    failed at all.
    """
    acting = {flow.file: flow for flow in flows if is_remedy(flow)}
    since = events.mark(_MARK) or now
    events.set_mark(_MARK, now)
    lost = 0
    for row in events.ended(since - _OVERLAP) if acting else ():
        start = events.started_by(row.id)
        flow = acting.get(start.workflow) if start else None
        if flow is None or start is None or row.state is not State.FAILED:
            continue
        view = keeper.view(runs, row.id)
        if view.started.get("autonomy") == "act" and failed_its_proof(flow, view):
            why = f"{row.id} did not pass its verify"
            if take_trust(runs, events, flow.file, why, now):
                lost += 1
                page(runs, events, Page(flow, "trust-lost", why, start.target), now)
    return lost


def is_remedy(flow: Workflow) -> bool:
    """Whether a rule acts by itself on trouble; a pipeline that fails is none."""
    answers = flow.limits is not None or any(
        one.event in TROUBLE for one in flow.triggers
    )
    return flow.autonomy == "act" and bool(flow.triggers) and answers


def failed_its_proof(flow: Workflow, view: RunView) -> bool:
    """Whether what a failed run was to prove did not hold."""
    proofs: Mapping[str, set[int]] = {
        job.id: {
            index
            for index, step in enumerate(job.steps)
            if step.uses.partition("@")[0] == _VERIFY
        }
        for job in flow.jobs
    }
    if not any(proofs.values()):
        return True
    return any(
        step.outcome == "failure"
        for job in view.jobs.values()
        for index, step in job.steps.items()
        if index in proofs.get(job.id, set())
    )
