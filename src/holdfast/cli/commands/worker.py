"""``holdfast worker``: work for runs on this machine."""

import click

from holdfast.cli import options, stopping
from holdfast.cli.desks import crew_here, desk_of
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_error
from holdfast.cli.project import opened
from holdfast.problems import Exit

_ONE_PROCESS = (
    "The server of this project has the SQLite file to itself, and works if it has slots. "
    "For more workers: holdfast database move postgresql://USER@HOST/NAME"
)


@click.group("worker", cls=Group, invoke_without_command=True)
@options.a_worker(least=1)
@stopping.stop_timeout
@options.database
@click.pass_context
@options.exits(0, 1, 64, 75)
@options.example("holdfast worker --labels linux,prod --slots 8")
def command(
    ctx: click.Context,
    *,
    name: str,
    labels: list[str],
    slots: int,
    stop_timeout: str,
    database: str,
) -> int:
    """
    Take jobs of runs until told to stop (SIGTERM or Ctrl-C).

    Steps at work are not ended by that: they go on by themselves, and the next worker of
    this name finds them again. A second signal ends it at once.
    """
    if ctx.invoked_subcommand:
        return Exit.DONE
    from holdfast.app.desks.local import desks_for
    from holdfast.app.opening.discovery import server_of
    from holdfast.app.runs.wiring import worker_of
    from holdfast.app.serving.process import keeping_up
    from holdfast.app.times import seconds_in

    patience = seconds_in(stop_timeout)
    with opened(ctx, database) as app, crew_here(app) as crew:
        if app.store.database.is_file and server_of(app.state):
            say(_ONE_PROCESS)
            return Exit.BUSY
        told = stopping.Told()
        worker = worker_of(crew, name, labels, slots)
        worker.start()
        renewed = keeping_up(crew, show_error)
        able = ", ".join(worker.row.labels)
        say(f"{worker.row.name} works, {slots} jobs at once: {able}")
        if desks_for(crew).outbox.sheet().is_left:
            say("Messages wait, and a worker sends none. A server does: holdfast serve")
        told.wait()
        renewed.stop()
        return stopping.ended(lambda: worker.stop(patience=patience))


@command.command("list")
@click.pass_context
@options.exits(0, 1)
@options.example("holdfast worker list")
def listing(ctx: click.Context) -> int:
    """List workers: alive, draining or gone, their slots and labels."""
    from holdfast.cli.views import runs as view

    with desk_of(ctx, looks=True) as (app, desk):
        click.echo(view.crew(desk.workers(), app.engine.clock.now()))
    return Exit.DONE


@command.command("drain")
@click.argument("name")
@click.option("--end", is_flag=True, help="Give it work again.")
@click.pass_context
@options.exits(0, 1)
@options.example("holdfast worker drain web-1")
def drain(ctx: click.Context, name: str, *, end: bool) -> int:
    """Give the worker NAME nothing new; it stays so when it is started again."""
    with desk_of(ctx) as (app, desk):
        desk.drain(name, app.actor, on=not end)
        say(f"{name} gets work again." if end else f"{name} gets nothing new.")
    return Exit.DONE
