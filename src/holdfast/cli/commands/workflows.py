"""``holdfast workflows``: what can be run, and what starts it."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.output import show_json
from holdfast.problems import Exit


@click.command("workflows")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, *, as_json: bool) -> int:
    """List workflows: owner, what starts them, and when they are next due."""
    from holdfast.cli.views import runs as view

    with desk_of(ctx, looks=True) as (_, desk):
        rows = desk.workflows()
        if as_json:
            told = [
                {
                    "name": row.name,
                    "file": row.file,
                    "owner": row.owner,
                    "starts": list(row.starts),
                    "next": [at.isoformat() for at in row.next],
                    "refused": row.refused,
                }
                for row in rows
            ]
            show_json("holdfast.workflows/1", {"workflows": told})
        else:
            click.echo(view.flows(rows))
    return Exit.DONE
