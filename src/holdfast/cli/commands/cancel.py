"""``holdfast cancel``: end a run."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.output import say
from holdfast.problems import Exit


@click.command("cancel")
@click.argument("run")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, run: str, why: str) -> int:
    """
    End RUN: its steps get their signal, ten seconds later they are killed.

    Steps that asked to run whatever happens still do.
    """
    with desk_of(ctx) as (app, desk):
        asked = desk.cancel(run, why or "no reason given", app.actor)
        say(f"{run} was asked to end." if asked else f"{run} has ended already.")
    return Exit.DONE
