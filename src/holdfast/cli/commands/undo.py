"""``holdfast undo``: take a run back, through the same road."""

import click

from holdfast.cli import options
from holdfast.cli.commands.apply import carry_out
from holdfast.cli.opened import opened
from holdfast.cli.talk import say, show_problems


@click.command("undo")
@click.argument("run")
@click.option("--only", multiple=True, metavar="SELECTOR", help="Only these addresses.")
@options.as_json
@options.yes
@options.reason
@click.pass_context
@options.exits(0, 1, 3, 6, 7, 9, 64, 75)
def command(
    ctx: click.Context,
    run: str,
    only: tuple[str, ...],
    why: str,
    *,
    as_json: bool,
    yes: bool,
) -> int:
    """
    Take a run back: content, mode, owner, version and state as they were before it.

    RUN is the id that `apply` printed last and `history` lists. What has no way back is
    shown before anything is changed.
    """
    with opened(ctx) as app, app.alone():
        app.settle()
        proposal, lost = app.propose_undo(run, only)
        if lost:
            say(f"{len(lost)} changes of {run} have no way back:")
            show_problems(item.problem for item in lost)
        return carry_out(app, proposal, why or f"undo {run}", as_json=as_json, yes=yes)
