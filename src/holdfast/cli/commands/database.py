"""``holdfast database``: where the project's state is, and moving it."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.group import Group
from holdfast.cli.output import say
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.group("database", cls=Group)
def command() -> None:
    """Say where the project's state is kept, and move it to PostgreSQL."""


@command.command("show")
@click.pass_context
@options.exits(0, 1, 64)
def show(ctx: click.Context) -> int:
    """Say which database is used, without its password."""
    with opened(ctx) as app:
        click.echo(str(app.store.database))
    return Exit.DONE


@command.command("move")
@click.argument("url")
@click.pass_context
@options.exits(0, 1, 64)
def move(ctx: click.Context, url: str) -> int:
    """
    Copy the project's history, secrets and claims into the PostgreSQL database URL.

    The database has to be empty. All commands of this folder use it afterwards; the file
    stays beside it under another name. Put the password into PGPASSFILE or ~/.pgpass.
    """
    from holdfast.app.opening.databases import move as moved
    from holdfast.app.opening.project import state_of

    count = moved(state_of(Path(ctx.obj["directory"])), url)
    say(f"{count} entries are in the new database, and their chain holds.")
    return Exit.DONE
