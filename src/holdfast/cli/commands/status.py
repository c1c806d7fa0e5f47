"""``holdfast status``: one run as it stands."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.output import show_json


@click.command("status")
@click.argument("run", required=False)
@options.as_json
@click.pass_context
@options.exits(0, 1, 3, 8, 9, 64)
def command(ctx: click.Context, run: str | None, *, as_json: bool) -> int:
    """
    Show RUN: its jobs and steps, what waits and why, and exactly what gates show.

    Without RUN the newest one.
    """
    from holdfast.cli.views import runs as view

    with desk_of(ctx, looks=True) as (_, desk):
        newest = () if run else desk.runs(limit=1)
        if not run and not newest:
            message = "There are no runs yet; start one: holdfast run NAME"
            raise click.UsageError(message)
        sheet = desk.run(run or newest[0].id)
        if as_json:
            show_json("holdfast.run/1", view.data(sheet))
        else:
            click.echo(view.human(sheet))
        return view.exit_of(sheet.row.state)
