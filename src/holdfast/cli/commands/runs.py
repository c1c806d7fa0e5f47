"""``holdfast runs``: list runs of workflows, and remove old ones."""

import sys
from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.ports import Freed


@click.group("runs", cls=Group, invoke_without_command=True)
@click.option("--state", "states", multiple=True, help="Only runs in this state.")
@click.option("--workflow", default="", help="Only runs of this workflow.")
@click.option(
    "--trigger", default="", help="Only runs started by it: push, schedule, alert."
)
@click.option("--limit", default=20, show_default=True, help="So many at most.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast runs --workflow ship --state failed")
def command(
    ctx: click.Context,
    states: tuple[str, ...],
    workflow: str,
    trigger: str,
    limit: int,
    *,
    as_json: bool,
) -> int:
    """List runs of workflows, newest first; `runs prune` removes old ones."""
    if ctx.invoked_subcommand is not None:
        return Exit.DONE
    from holdfast.cli.views import runs as view
    from holdfast.model import State

    known = {state.value: state for state in State}
    unknown = [word for word in states if word not in known]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(known)}")
    with desk_of(ctx, looks=True) as (_, desk):
        chosen = [known[word] for word in states]
        rows = desk.runs(chosen, workflow, limit, trigger=trigger)
        if as_json:
            show_json("holdfast.runs/1", {"runs": [view.row_data(row) for row in rows]})
        else:
            click.echo(view.listed(rows))
    return Exit.DONE


@command.command("prune")
@click.option(
    "--older-than",
    metavar="DURATION",
    default="",
    help="As `90d`, for everything; without it what `retention:` says.",
)
@click.option(
    "--keep",
    type=click.IntRange(0),
    help="So many of the newest of each workflow stay.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast runs prune --older-than 90d --dry-run")
def prune(
    ctx: click.Context,
    older_than: str,
    keep: int | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """
    Remove runs, output, events and artifacts that are beyond their time.

    The server does this by itself once a day. The ledger is never touched, and a run that
    has not ended loses nothing.
    """
    from holdfast.app.retention import janitor_for, note, terms_for
    from holdfast.app.runs.wiring import crew_of
    from holdfast.cli.views import freed as view

    with opened(ctx) as app:
        crew = crew_of(app)
        try:
            janitor = janitor_for(crew)
            janitor.terms = terms_for(janitor.terms, older_than, keep)
            freed = janitor.would() if dry_run else janitor.prune(_told(quiet=as_json))
        finally:
            crew.close()
        if freed and not dry_run:
            note(app, freed, app.actor)
        if as_json:
            show_json("holdfast.pruned/1", view.data(freed, dry_run=dry_run))
        else:
            click.echo(view.text(freed, dry_run=dry_run))
    return Exit.DONE


def _told(*, quiet: bool) -> "Callable[[Freed], None]":
    """Says how far it has come, where somebody watches."""
    from holdfast.cli.views import freed as view

    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda freed: say(view.text(freed, dry_run=False))
