"""``holdfast outbox``: what is on its way out, and what nobody took."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_json
from holdfast.problems import Exit

_STATES = ("waiting", "dead", "sent", "dropped")


@click.group("outbox", cls=Group)
def command() -> None:
    """List, show, send again and give up what is on its way out."""


@command.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(_STATES),
    help="Only letters in this state; waiting and dead when not given.",
)
@click.option("--limit", type=click.IntRange(1, 500), default=50, help="Rows at most.")
@options.as_json
@click.pass_context
@options.exits(0, 64)
@options.example("holdfast outbox list --state dead")
def list_(
    ctx: click.Context, states: tuple[str, ...], limit: int, *, as_json: bool
) -> int:
    """List what was not taken yet, newest first; `dead` is not tried any more."""
    from holdfast.cli.views import outbox as view
    from holdfast.cli.views.history import table

    with desks_of(ctx, looks=True) as (_, desks):
        found = desks.outbox.letters(states or ("waiting", "dead"), limit)
        if as_json:
            show_json("holdfast.outbox/1", {"letters": [view.data(r) for r in found]})
        else:
            click.echo(
                table(view.rows(found)) if found else "Everything was delivered."
            )
    return Exit.DONE


@command.command("show")
@click.argument("letter")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast outbox show m12")
def show(ctx: click.Context, letter: str, *, as_json: bool) -> int:
    """Show one LETTER: to whom, what it says, the last answer, the next try."""
    from holdfast.cli.views import outbox as view

    with desks_of(ctx, looks=True) as (_, desks):
        row = desks.outbox.letter(letter)
        if as_json:
            show_json("holdfast.letter/1", view.data(row))
        else:
            click.echo(view.text(row))
    return Exit.DONE


@command.command("retry")
@click.argument("letter")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast outbox retry m12")
def retry(ctx: click.Context, letter: str, why: str) -> int:
    """Send LETTER again, now, and by the whole schedule if it is not taken."""
    with desks_of(ctx) as (app, desks):
        row = desks.outbox.retry(letter, app.actor, why)
        say(f"{row.id} is sent again to {row.to}.")
    return Exit.DONE


@command.command("drop")
@click.argument("letter")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example('holdfast outbox drop m12 --why "it was told by phone"')
def drop(ctx: click.Context, letter: str, why: str) -> int:
    """Give LETTER up, with a reason for whoever misses it."""
    with desks_of(ctx) as (app, desks):
        row = desks.outbox.drop(letter, app.actor, why)
        say(f"{row.id} to {row.to} is given up.")
    return Exit.DONE
