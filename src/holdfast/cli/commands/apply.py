"""``holdfast apply``: plan, ask, change, verify and record."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.output import say, show_problems
from holdfast.cli.project import opened
from holdfast.cli.proposals import carry_out
from holdfast.problems import Exit


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
