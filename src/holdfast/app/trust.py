"""How much rules are trusted: shown, given back by a person, lost by an undo."""

from datetime import timedelta

from holdfast.app.application import Application
from holdfast.declare import Workflow
from holdfast.engine.reacting import Page, page
from holdfast.engine.triggers.trust import Proposal, Trust, offer
from holdfast.engine.trusting import give_trust, take_trust, trust_in
from holdfast.model import Event, RunView, State
from holdfast.problems import HoldfastError, Problem
from holdfast.record import view_of

_LOOKED_AT = timedelta(days=90)
_MOST = 20


def trust_of(app: Application, flow: Workflow) -> Trust:
    """How a rule stands."""
    entries = app.store.ledger.of_event(Event.TRUST_LOST, Event.TRUST_GIVEN)
    return trust_in(entries, flow.file)


def told(app: Application, flow: Workflow) -> tuple[str, ...]:
    """What is to be said of the trust in a rule: that it was lost, or what it earned."""
    trust = trust_of(app, flow)
    lost = trust.lost if flow.autonomy == "act" else None
    lines = []
    if lost is not None:
        since = lost.at.strftime("%Y-%m-%d %H:%M UTC")
        lines.append(
            f"it declares act and proposes since {since}: {lost.why}; a person can give "
            f"trust back: holdfast rule trust {flow.name} --why TEXT"
        )
    if flow.triggers and trust.autonomy(flow.autonomy) == "propose":
        earned = offer(flow.autonomy, trust, proposals(app, flow))
        lines += [earned] if earned else []
    return tuple(lines)


def give(app: Application, flow: Workflow, actor: str, why: str) -> None:
    """Let a rule act again as it declares; raises ``HoldfastError``."""
    if not why.strip():
        raise HoldfastError(_no_reason(flow))
    now = app.engine.clock.now()
    with app.store.runs.begin() as runs:
        events = app.store.events.within(runs)
        if not give_trust(runs, events, flow.file, why, actor, now):
            raise HoldfastError(_is_trusted(flow))


def after_undo(app: Application, undone: str, actor: str) -> str:
    """
    Take trust from the rule whose run a person took back; its file, if there is one.

    ``undone`` is a run that a rule started by itself, or the changes that a step of such
    a run made on hosts.
    """
    within = undone if app.store.runs.is_run(undone) else _within(app, undone)
    now = app.engine.clock.now()
    with app.store.runs.begin() as runs:
        events = app.store.events.within(runs)
        start = events.started_by(within) if within else None
        flow = app.project.workflow(start.workflow) if start else None
        if start is None or flow is None or flow.autonomy != "act":
            return ""
        what = undone if undone == within else f"{undone}, a change of {within}"
        why = f"{actor} took back {what}"
        if not take_trust(runs, events, flow.file, why, now):
            return ""
        page(runs, events, Page(flow, "trust-lost", why, start.target), now)
    return flow.file


def _within(app: Application, run: str) -> str:
    """The run of a workflow whose step made some changes; empty for none."""
    steps = (str(entry.body.get("step", "")) for entry in app.store.ledger.of_run(run))
    return next((step.partition("/")[0] for step in steps if "/" in step), "")


def proposals(app: Application, flow: Workflow) -> list[Proposal]:
    """What became of the runs a rule proposed, newest first."""
    since = app.engine.clock.now() - _LOOKED_AT
    with app.store.events.begin() as events:
        starts = events.starts(since, workflow=flow.file)[-_MOST:]
    views = (view_of(s.run, app.store.ledger.of_run(s.run)) for s in reversed(starts))
    return [_proposal(v) for v in views if v.started.get("autonomy") == "propose"]


def _proposal(view: RunView) -> Proposal:
    words = [
        bool(word["yes"])
        for job in view.jobs.values()
        if job.gate is not None and job.gate.step < 0
        for word in job.gate.said
    ]
    passed = view.state is State.SUCCEEDED if view.state.is_end else None
    return Proposal(all(words) if words else None, passed)


def _no_reason(flow: Workflow) -> Problem:
    return Problem(
        code="app.no-reason",
        summary="A word needs a reason",
        detail="It is kept for whoever asks later. Nothing was recorded.",
        next_step=f"holdfast rule trust {flow.name} --why TEXT",
    )


def _is_trusted(flow: Workflow) -> Problem:
    return Problem(
        code="app.is-trusted",
        summary=f"{flow.name} has lost no trust",
        detail=f"It declares `autonomy: {flow.autonomy}`, and that is what it does. "
        "Nothing was recorded.",
        next_step=f"See it: holdfast rule show {flow.name}",
    )
