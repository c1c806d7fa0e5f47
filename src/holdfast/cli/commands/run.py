"""``holdfast run``: start a workflow and follow it to its end."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.talk import say, show_json
from holdfast.ports import RunSheet
from holdfast.problems import Exit, HoldfastError, Problem


@click.command("run")
@click.argument("workflow")
@click.option(
    "-i", "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="An input."
)
@click.option("--no-wait", is_flag=True, help="Start it and do not follow.")
@options.reason
@options.as_json
@click.pass_context
@options.exits(0, 1, 3, 8, 9, 64, 75)
def command(
    ctx: click.Context,
    workflow: str,
    inputs: tuple[str, ...],
    why: str,
    *,
    no_wait: bool,
    as_json: bool,
) -> int:
    """
    Run WORKFLOW (its name, or its file's) and follow it to its end.

    With a server running it is the server's workers that work; without one this command
    works itself, and ends when the run does or when it waits for a person.
    """
    from holdfast.cli.following import Follower
    from holdfast.cli.stopping import Stopping
    from holdfast.cli.views import runs as view
    from holdfast.cli.working import working

    given = dict(_pair(text) for text in inputs)
    with desk_of(ctx) as (app, desk), working(app, desk, needed=not no_wait):
        run = desk.start(workflow, given, app.actor, why)
        say(f"{run} of {workflow} was started.")
        below: tuple[RunSheet, ...] = ()
        if no_wait:
            sheet = desk.run(run)
        else:
            with Stopping() as stopping:
                follower = Follower(desk, run, app.engine.clock, stopping.asked)
                sheet, below = follower.follow(), tuple(follower.called())
        if as_json:
            show_json("holdfast.run/1", view.data(sheet))
        else:
            for one in (sheet, *below):
                say()
                say(view.human(one))
        return Exit.PENDING if no_wait else view.exit_of(sheet.row.state)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise HoldfastError(
            Problem(
                code="cli.input-form",
                summary=f"`{text}` is no input",
                detail="An input is NAME=VALUE. Nothing was started.",
                next_step="holdfast run WORKFLOW -i host=web-1",
            )
        )
    return name, value
