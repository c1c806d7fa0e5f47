"""``holdfast run``: start a workflow and follow it to its end."""

from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.talk import say, show_json
from holdfast.problems import Exit, HoldfastError, Problem

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.ports import Desks, RunSheet


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
    works itself, and ends when the run does or when it waits for a person. On a terminal
    it asks for the manual steps of a runbook right there.
    """
    from holdfast.cli.working import working

    given = dict(_pair(text) for text in inputs)
    with desks_of(ctx) as (app, desks), working(app, desks.runs, needed=not no_wait):
        run = desks.runs.start(workflow, given, app.actor, why)
        say(f"{run} of {workflow} was started.")
        if not no_wait:
            return followed(app, desks, run, as_json=as_json)
        _show(desks.runs.run(run), as_json=as_json)
        return Exit.PENDING


def followed(app: "Application", desks: "Desks", run: str, *, as_json: bool) -> int:
    """Follow a run to its end, or to where only others can go on; the exit code."""
    from holdfast.cli.following import Follower
    from holdfast.cli.handing import walked
    from holdfast.cli.views import runs as view

    follower = Follower(desks.runs, run, app.engine.clock)
    sheet, below = walked(desks, follower, app.actor)
    _show(sheet, *below, as_json=as_json)
    return view.exit_of(sheet.row.state)


def _show(sheet: "RunSheet", *below: "RunSheet", as_json: bool) -> None:
    """A run and those it has called; JSON is of the first alone."""
    from holdfast.cli.views import runs as view

    if as_json:
        show_json("holdfast.run/1", view.data(sheet))
        return
    for one in (sheet, *below):
        say()
        say(view.human(one))


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
