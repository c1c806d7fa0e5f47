"""How much rules are trusted: shown, given back by a person, lost by an undo."""

from dataclasses import dataclass
from datetime import timedelta
from shlex import quote

from holdfast.app.application import Application
from holdfast.app.reasons import no_reason
from holdfast.declare import Workflow
from holdfast.engine.reacting import Page, page
from holdfast.engine.triggers.trust import Proposal, Trust, Turn, earned, offer
from holdfast.engine.trusting import give_trust, take_trust, trust_in
from holdfast.model import Event, RunView, State
from holdfast.model.moments import to_minute
from holdfast.problems import HoldfastError, Problem
from holdfast.record import view_of

_LOOKED_AT = timedelta(days=90)
_TOLD = timedelta(days=30)
"""How long it is told that somebody gave trust back."""

_MOST = 20


def trust_of(app: Application, flow: Workflow) -> Trust:
    """How a rule stands."""
    entries = app.store.ledger.of_event(Event.TRUST_LOST, Event.TRUST_GIVEN)
    return trust_in(entries, flow.file)


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What is to be said of the trust in a rule, in sentences.

    ``takeable`` is whether a person can give it more by one word now.
    """

    lines: tuple[str, ...] = ()
    takeable: bool = False


def standing(app: Application, flow: Workflow) -> Standing:
    """That a rule lost trust, was given it back, or has earned more than it has."""
    trust = trust_of(app, flow)
    if flow.autonomy != "act":
        return Standing(_offered(app, flow, trust))
    if trust.lost is None:
        since = app.engine.clock.now() - _TOLD
        given = trust.given if trust.given and trust.given.at > since else None
        return Standing((_given(given),) if given is not None else ())
    return Standing(
        (_lost(flow, trust.lost), *_offered(app, flow, trust)), takeable=True
    )


def told(app: Application, flow: Workflow) -> tuple[str, ...]:
    """What is to be said of the trust in a rule."""
    return standing(app, flow).lines


def _lost(flow: Workflow, lost: Turn) -> str:
    return (
        f"it declares act and proposes since {to_minute(lost.at)}: {lost.why}; a person "
        f"can give trust back: {_command(flow)}"
    )


def _given(given: Turn) -> str:
    runs = f", on {', '.join(given.record)}" if given.record else ""
    return f"{given.by} gave trust back at {to_minute(given.at)}: {given.why}{runs}"


def _offered(app: Application, flow: Workflow, trust: Trust) -> tuple[str, ...]:
    if not flow.triggers or trust.autonomy(flow.autonomy) != "propose":
        return ()
    runs = offer(flow.autonomy, trust, proposals(app, flow, trust))
    if not runs:
        return ()
    said = f"its last {len(runs)} proposals were agreed to, and helped"
    named = f"{said} ({', '.join(runs)})"
    if flow.autonomy == "act":
        return (f"{named}: take it by {_command(flow)}",)
    return (f"{named}: it may act by itself, {edit_of(flow)}",)


def edit_of(flow: Workflow) -> str:
    """
    The edit that lets a rule act by itself, in words.

    What a file declares is the most a rule may do: nobody raises it but by a change of
    the file, which is reviewed as every other.
    """
    text = flow.sources.get(flow.file, b"").decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("autonomy:"):
            return f"when line {number} of {flow.file} says `autonomy: act`"
    if "#" in flow.file:
        return f"when {flow.file.partition('#')[0]} says `drift: {{then: fix}}`"
    return f"when {flow.file} says `autonomy: act`"


def _command(flow: Workflow) -> str:
    return f"holdfast rule trust {quote(flow.name)} --why TEXT"


def give(app: Application, flow: Workflow, actor: str, why: str) -> None:
    """Let a rule act again as it declares; raises ``HoldfastError``."""
    if not why.strip():
        raise HoldfastError(no_reason(f"holdfast rule trust {quote(flow.name)}"))
    record = earned(proposals(app, flow, trust_of(app, flow)))
    given = Turn(Event.TRUST_GIVEN, app.engine.clock.now(), actor, why, record)
    with app.store.runs.begin() as runs:
        events = app.store.events.within(runs)
        if not give_trust(runs, events, flow.file, given):
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


def proposals(app: Application, flow: Workflow, trust: Trust) -> list[Proposal]:
    """What became of the runs a rule proposed since trust was lost, newest first."""
    since = app.engine.clock.now() - _LOOKED_AT
    if trust.lost is not None:
        since = max(since, trust.lost.at)
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
    return Proposal(all(words) if words else None, passed, view.id)


def _is_trusted(flow: Workflow) -> Problem:
    return Problem(
        code="app.is-trusted",
        summary=f"{flow.name} has lost no trust",
        detail=f"It declares `autonomy: {flow.autonomy}`, and that is what it does"
        + (f"; it acts by itself {edit_of(flow)}" if flow.autonomy != "act" else "")
        + ". Nothing was recorded.",
        next_step=f"See it: holdfast rule show {quote(flow.name)}",
    )
