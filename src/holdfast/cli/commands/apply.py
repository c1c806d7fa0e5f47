"""``holdfast apply``: plan, ask, change, verify and record."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.output import can_ask, confirmed, say, show_json, show_problems
from holdfast.cli.project import opened
from holdfast.problems import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.app import Application, Proposal
    from holdfast.gate import GateFacts


@click.command("apply")
@options.selectors
@options.as_json
@options.yes
@options.reason
@click.option(
    "--undo-on-failure", is_flag=True, help="Take everything back if it does not hold."
)
@click.option(
    "--break-glass",
    "glass",
    metavar="TEXT",
    default="",
    help="In an emergency: why to pass windows and freezes. A second person confirms.",
)
@click.pass_context
@options.exits(0, 1, 3, 5, 6, 7, 9, 64, 75)
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    why: str,
    glass: str,
    *,
    as_json: bool,
    yes: bool,
    undo_on_failure: bool,
) -> int:
    """
    Plan, ask for the word yes, change, verify and record.

    SELECTORS as for `plan`, or one FILE that `plan -o` saved: then exactly that plan is
    applied, and refused when the world or the declaration has moved.
    """
    with opened(ctx) as app, delivering(app), app.alone():
        doubts = app.settle()
        for doubt in doubts:
            say(
                f"In doubt after a run was cut off: {doubt.change.address}: {doubt.answer}"
            )
        if any(doubt.answer == "unknown" for doubt in doubts) or app.open_doubts():
            show_problems(app.open_doubts())
            return Exit.IN_DOUBT
        saved = len(selectors) == 1 and Path(selectors[0]).is_file()
        proposal = (
            app.load_plan(Path(selectors[0])) if saved else app.propose(selectors)
        )
        return carry_out(
            app,
            proposal,
            why,
            as_json=as_json,
            yes=yes,
            undo=undo_on_failure,
            glass=glass,
        )


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
    """Show, ask, apply and report one proposal; the exit code."""
    from holdfast.cli.interrupt import Stopping
    from holdfast.cli.progress import Progress
    from holdfast.cli.views import plan as plan_view
    from holdfast.cli.views import report as report_view
    from holdfast.engine.loop import Person

    if not as_json:
        click.echo(plan_view.human(proposal.plan))
    if not proposal.plan:
        if as_json:
            show_json("holdfast.plan/1", plan_view.data(proposal.plan))
        app.adopt(proposal)
        return Exit.UNREACHABLE if proposal.plan.unknown else Exit.DONE
    broken = _broken(app, proposal, glass)
    verdict = app.judge(proposal, ask=False, why="", more=broken)
    if verdict.objections and can_ask():
        why = why or _reason()
        verdict = app.judge(proposal, ask=True, why=why, more=broken)
    if verdict.objections:
        show_problems(objection.problem for objection in verdict.objections)
        return Exit.REFUSED
    if not yes and not (can_ask() and confirmed("Type yes to apply this plan")):
        say(
            "Nothing was changed: nobody said yes. Use --yes where nobody can be asked."
        )
        return Exit.REFUSED
    with Progress(proposal.plan) as progress, Stopping() as stopping:
        person = Person(progress.hear, stopping.asked)
        report = app.carry_out(proposal, verdict, person, why=why)
    if as_json:
        show_json("holdfast.run/1", report_view.data(report))
    else:
        click.echo(report_view.human(report))
    if undo and report.exit not in (Exit.DONE, Exit.IN_DOUBT):
        say("It does not hold: taking it back.")
        back, _ = app.propose_undo(report.run, ())
        verdict = app.judge(back, ask=False, why="")
        undone = app.carry_out(back, verdict, why=f"{report.run} does not hold")
        return Exit.NOT_VERIFIED if undone.exit == Exit.DONE else Exit.PERSON_NEEDED
    return report.exit


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
