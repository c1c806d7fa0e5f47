"""One proposal at the terminal: shown, asked about, carried out and reported."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from holdfast.cli.output import can_ask, confirmed, say, show_json, show_problems
from holdfast.problems import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.app import Application, Proposal
    from holdfast.engine import Report
    from holdfast.gate import GateFacts
    from holdfast.model import Verdict


def carry_out(
    app: "Application",
    proposal: "Proposal",
    why: str,
    *,
    as_json: bool,
    yes: bool,
    undo: bool = False,
    glass: str = "",
) -> int:
    """
    Show, ask, apply and report one proposal; the exit code.

    ``yes`` stands for the word of a person, never for an approval. With ``undo`` it is
    taken back if it does not hold. ``glass`` is why it is to pass windows and freezes.
    """
    from holdfast.cli.views import plan as view

    if not as_json:
        click.echo(view.human(proposal.plan))
    if not proposal.plan:
        if as_json:
            show_json("holdfast.plan/1", view.data(proposal.plan))
        app.adopt(proposal)
        return Exit.UNREACHABLE if proposal.plan.unknown else Exit.DONE
    verdict, why = _judged(app, proposal, why, glass)
    if verdict.objections:
        show_problems(objection.problem for objection in verdict.objections)
        return Exit.REFUSED
    if not yes and not (can_ask() and confirmed("Type yes to apply this plan")):
        say(
            "Nothing was changed: nobody said yes. Use --yes where nobody can be asked."
        )
        return Exit.REFUSED
    report = _applied(app, proposal, verdict, why, as_json=as_json)
    if undo and report.exit not in (Exit.DONE, Exit.IN_DOUBT):
        return _taken_back(app, report.run)
    return report.exit


def _judged(
    app: "Application", proposal: "Proposal", why: str, glass: str
) -> "tuple[Verdict, str]":
    """What the gate says, a person asked where it wants one; and the reason given."""
    broken = _broken(app, proposal, glass)
    verdict = app.judge(proposal, ask=False, why="", more=broken)
    if verdict.objections and can_ask():
        why = why or _reason()
        verdict = app.judge(proposal, ask=True, why=why, more=broken)
    return verdict, why


def _applied(
    app: "Application",
    proposal: "Proposal",
    verdict: "Verdict",
    why: str,
    *,
    as_json: bool,
) -> "Report":
    """Carry it out before the eyes of a person who may stop it, and say what became."""
    from holdfast.cli.interrupt import Interrupt
    from holdfast.cli.progress import Progress
    from holdfast.cli.views import report as view
    from holdfast.engine.loop import Person

    with Progress(proposal.plan) as progress, Interrupt() as interrupt:
        person = Person(progress.hear, interrupt.asked)
        report = app.carry_out(proposal, verdict, person, why=why)
    if as_json:
        show_json("holdfast.run/1", view.data(report))
    else:
        click.echo(view.human(report))
    return report


def _taken_back(app: "Application", run: str) -> int:
    """Undo a run that does not hold; the exit code."""
    say("It does not hold: taking it back.")
    back, _ = app.propose_undo(run, ())
    verdict = app.judge(back, ask=False, why="")
    undone = app.carry_out(back, verdict, why=f"{run} does not hold")
    return Exit.NOT_VERIFIED if undone.exit == Exit.DONE else Exit.PERSON_NEEDED


def _broken(
    app: "Application", proposal: "Proposal", why: str
) -> "Callable[[GateFacts], GateFacts]":
    """What passes windows and freezes; asked for when nobody has confirmed it yet."""
    from holdfast.app import break_glass

    if not why or not break_glass.is_closed(proposal):
        return lambda facts: facts
    found = break_glass.glasses_for(app, proposal)
    if not any(one.confirmed for one in found):
        asked = break_glass.ask(app, proposal, why)
        say(f"{asked.by} asks to pass windows and freezes: {asked.why}")
        say(f"Another person may confirm it until {asked.until:%H:%M} UTC:")
        say(f"  holdfast approve {asked.digest} --why TEXT")
        say("Then run the same again.")
    return lambda facts: replace(facts, glasses=found)


def _reason() -> str:
    """Ask the person at the terminal for a yes with a reason; empty is no yes."""
    question = "This plan needs approval. Your reason to approve it (empty: no)"
    return str(click.prompt(question, default="", show_default=False, err=True))
