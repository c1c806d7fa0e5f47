"""``holdfast token``: who may ask the server."""

import click

from holdfast.cli import options
from holdfast.cli.group import Group
from holdfast.cli.output import say
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.group("token", cls=Group)
def command() -> None:
    """Give people tokens for the server, list who has one, take them away."""


@command.command("add")
@click.argument("name")
@click.pass_context
@options.exits(0, 1)
def add(ctx: click.Context, name: str) -> int:
    """Make a token for NAME and print it, once; only its hash is kept."""
    from holdfast.app.serving.process import tokens_of
    from holdfast.server import Access

    with opened(ctx) as app:
        click.echo(Access(*tokens_of(app)).add(name))
        say(f"{name} signs in with this. It is not shown again.")
    return Exit.DONE


@command.command("list")
@click.pass_context
@options.exits(0, 1)
def listing(ctx: click.Context) -> int:
    """List everybody who has a token."""
    from holdfast.app.serving.process import tokens_of
    from holdfast.server import Access

    with opened(ctx) as app:
        for name in Access(*tokens_of(app)).actors():
            click.echo(name)
    return Exit.DONE


@command.command("remove")
@click.argument("name")
@click.pass_context
@options.exits(0, 1)
def remove(ctx: click.Context, name: str) -> int:
    """Take every token of NAME away."""
    from holdfast.app.serving.process import tokens_of
    from holdfast.server import Access

    with opened(ctx) as app:
        count = Access(*tokens_of(app)).remove(name)
        say(f"{count} tokens of {name} were taken away.")
    return Exit.DONE if count else Exit.FAILED
