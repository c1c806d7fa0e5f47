"""``holdfast runs``: list runs of workflows."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.talk import show_json
from holdfast.problems import Exit


@click.command("runs")
@click.option("--state", "states", multiple=True, help="Only runs in this state.")
@click.option("--workflow", default="", help="Only runs of this workflow.")
@click.option("--limit", default=20, show_default=True, help="So many at most.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def command(
    ctx: click.Context,
    states: tuple[str, ...],
    workflow: str,
    limit: int,
    *,
    as_json: bool,
) -> int:
    """List runs of workflows, newest first."""
    from holdfast.cli.views import runs as view
    from holdfast.model import State

    known = {state.value: state for state in State}
    unknown = [word for word in states if word not in known]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(known)}")
    with desk_of(ctx) as (_, desk):
        rows = desk.runs([known[word] for word in states], workflow, limit)
        if as_json:
            show_json("holdfast.runs/1", {"runs": [view.row_data(row) for row in rows]})
        else:
            click.echo(view.listed(rows))
    return Exit.DONE
