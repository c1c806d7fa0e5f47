"""``holdfast ledger``: verify the chain."""

import click

from holdfast.cli import options
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_problems
from holdfast.cli.project import opened
from holdfast.cli.views.secrets import scrubbed
from holdfast.model import Event
from holdfast.problems import Exit


@click.group("ledger", cls=Group)
def command() -> None:
    """Verify the chain of the ledger."""


@command.command("verify")
@click.pass_context
@options.exits(0, 1)
def verify(ctx: click.Context) -> int:
    """Walk every row; name the first one that was altered, removed or put in."""
    from holdfast.record import verify_chain

    with opened(ctx) as app:
        problems, count = verify_chain(app.store.ledger.all())
        show_problems(problems)
        if problems:
            return Exit.FAILED
        say(f"{count} entries, each chained to the one before: nothing was altered.")
        for entry in app.store.ledger.of_event(Event.SECRET_SCRUBBED):
            say(scrubbed(entry))
        return Exit.DONE
