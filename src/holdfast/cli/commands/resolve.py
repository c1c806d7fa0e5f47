"""``holdfast resolve``: a person says what happened to what is in doubt."""

from typing import Literal

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.output import say
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("resolve")
@click.argument("run")
@click.argument("what", metavar="ADDRESS|JOB")
@click.option(
    "--as",
    "answer",
    type=click.Choice(["made", "not-made", "failed"]),
    required=True,
    help="What became of it; a change on a host is either made or not.",
)
@click.pass_context
@options.exits(0, 1, 64)
def command(
    ctx: click.Context,
    run: str,
    what: str,
    answer: Literal["made", "not-made", "failed"],
) -> int:
    """
    Say what happened to what RUN was cut off at and left in doubt.

    That is the change at an ADDRESS, or the step of a JOB: a job goes on from there. A
    step that was not made is begun again.
    """
    with desk_of(ctx) as (app, desk):
        if app.store.runs.is_run(run):
            desk.answer(run, what, answer, app.actor)
            say(f"Recorded: {what} of {run} was {answer}. It goes on from there.")
            return Exit.DONE
    if answer == "failed":
        raise click.UsageError(f"A change is made or not made. {run} is no workflow's.")
    with opened(ctx) as app, delivering(app), app.alone():
        app.resolve_doubt(run, what, answer)
        say(f"Recorded: {what} of {run} was {answer}.")
    return Exit.DONE
