"""``holdfast schedule``: when runs are due, and what is paused."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_json
from holdfast.model.moments import to_minute
from holdfast.problems import Exit


@click.group("schedule", cls=Group)
def command() -> None:
    """List schedules, say what is due next, pause and resume them."""


@command.command("list")
@click.argument("workflow", default="")
@click.option("--limit", type=click.IntRange(1, 500), default=50, help="Rows at most.")
@click.option("--after", default="", metavar="SCHEDULE", help="Those after this one.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast schedule list nightly")
def list_(
    ctx: click.Context, workflow: str, limit: int, after: str, *, as_json: bool
) -> int:
    """List schedules, those of WORKFLOW or all, with their next moment and pauses."""
    from holdfast.cli.views import schedules as view
    from holdfast.cli.views.history import table

    with desks_of(ctx, looks=True) as (_, desks):
        rows = desks.schedules.schedules(workflow, limit, after)
        if as_json:
            listed = [view.schedule_data(row) for row in rows]
            show_json("holdfast.schedules/1", {"schedules": listed})
        elif rows:
            click.echo(table(view.schedule_rows(rows)))
            for line in view.paused_lines(rows):
                click.echo(line)
        else:
            click.echo("No workflow has a schedule.")
    return Exit.DONE


@command.command("next")
@click.argument("workflow", default="")
@click.option("--limit", type=click.IntRange(1, 500), default=10, help="Rows at most.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast schedule next")
def next_(ctx: click.Context, workflow: str, limit: int, *, as_json: bool) -> int:
    """Say what is due next, of WORKFLOW or of all; five moments a schedule at most."""
    from holdfast.cli.views import schedules as view
    from holdfast.cli.views.history import table

    with desks_of(ctx, looks=True) as (_, desks):
        found = view.coming(view.every(desks.schedules, workflow))[:limit]
        if as_json:
            show_json("holdfast.coming/1", {"coming": found})
        else:
            click.echo(table(found) if found else "Nothing is due.")
    return Exit.DONE


@command.command("pause")
@click.argument("schedule")
@options.until
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example(
    'holdfast schedule pause nightly --until 2d --why "the disk is replaced"'
)
def pause(ctx: click.Context, schedule: str, until: str, why: str) -> int:
    """
    Let SCHEDULE start nothing: a workflow, or one as `workflows/nightly.yaml/0`.

    Nothing is lost: what is missed is decided by `catch_up` when the pause ends, and never
    starts later than `not_after` or outside its window.
    """
    with desks_of(ctx) as (app, desks):
        for row in desks.schedules.pause(schedule, app.actor, why, until):
            end = row.paused.until if row.paused else None
            until_when = f"until {to_minute(end)}" if end else "until resumed"
            say(f"{row.id} is paused {until_when}.")
    return Exit.DONE


@command.command("resume")
@click.argument("schedule")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast schedule resume nightly")
def resume(ctx: click.Context, schedule: str, why: str) -> int:
    """Let SCHEDULE start runs again; what it missed is decided by its `catch_up`."""
    with desks_of(ctx) as (app, desks):
        for row in desks.schedules.resume(schedule, app.actor, why):
            say(f"{row.id} starts runs again.")
    return Exit.DONE
