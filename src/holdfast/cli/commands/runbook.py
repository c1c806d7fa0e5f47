"""``holdfast runbook``: how alive runbooks are, and what is best automated next."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.group import Group
from holdfast.cli.output import show_json
from holdfast.problems import Exit


@click.group("runbook", cls=Group)
def command() -> None:
    """List runbooks: when each was last proven, and what costs people the most."""


@command.command("list")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast runbook list")
def listed(ctx: click.Context, *, as_json: bool) -> int:
    """List runbooks: last proof, share of automated steps, people's time."""
    from holdfast.cli.views import runbooks as view

    with desks_of(ctx, looks=True) as (_, desks):
        rows = desks.runbooks.runbooks()
        if as_json:
            show_json("holdfast.runbooks/1", {"runbooks": view.data(rows)})
        else:
            click.echo(view.listed(rows))
    return Exit.DONE


@command.command("show")
@click.argument("name")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast runbook show late-orders")
def show(ctx: click.Context, name: str, *, as_json: bool) -> int:
    """Show the runbook NAME block by block: how often run, and what it costs people."""
    from holdfast.cli.views import runbooks as view

    with desks_of(ctx, looks=True) as (_, desks):
        sheet = desks.runbooks.runbook(name)
        if as_json:
            show_json("holdfast.runbook/1", view.sheet_data(sheet))
        else:
            click.echo(view.shown(sheet))
    return Exit.DONE
