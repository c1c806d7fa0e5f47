"""``holdfast plan``: show what would change, and change nothing."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.output import say, show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("plan")
@options.selectors
@options.as_json
@options.detailed
@click.option("-o", "out", type=click.Path(dir_okay=False), help="Save the plan here.")
@click.option("--all", "everything", is_flag=True, help="With --json: also what stays.")
@click.option("--commands", is_flag=True, help="Also show the sh that would run.")
@click.pass_context
@options.exits(0, 1, 2, 7, 64)
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    out: str | None,
    *,
    as_json: bool,
    detailed_exitcode: bool,
    everything: bool,
    commands: bool,
) -> int:
    """
    Show what would change, and change nothing.

    SELECTORS are environments, host patterns (`web:!web-3`) and addresses
    (`file:/etc/*`); none means everything.
    """
    from holdfast.cli.views import plan as view

    with opened(ctx) as app:
        proposal = app.propose(selectors)
        plan = proposal.plan
        if as_json:
            show_json("holdfast.plan/1", view.data(plan, everything=everything))
        else:
            click.echo(view.human(plan))
            if commands:
                click.echo(app.commands_text(plan))
        for problem in proposal.verdict_problems:
            say(f"The gate says no: {problem.summary}. {problem.next_step}")
        if out:
            app.save_plan(proposal, Path(out))
            say(f"Saved to {out}. Apply exactly this with: holdfast apply {out}")
        if plan.unknown:
            return Exit.UNREACHABLE
        return Exit.CHANGES if plan and detailed_exitcode else Exit.DONE
