"""``holdfast resolve``: a person says what happened to a change in doubt."""

import click

from holdfast.cli import options
from holdfast.cli.opened import opened
from holdfast.cli.talk import say
from holdfast.problems import Exit


@click.command("resolve")
@click.argument("run")
@click.argument("address")
@click.option(
    "--as",
    "answer",
    type=click.Choice(["made", "not-made"]),
    required=True,
    help="Whether the change was made.",
)
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, run: str, address: str, answer: str) -> int:
    """Say what happened to ADDRESS in RUN, which was cut off and left it in doubt."""
    with opened(ctx) as app, app.alone():
        app.resolve_doubt(run, address, answer)
        say(f"Recorded: {address} of {run} was {answer}.")
        return Exit.DONE
