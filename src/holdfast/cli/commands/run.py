"""``holdfast run``: start a workflow and follow it to its end."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.output import say, show_json
from holdfast.problems import Exit, HoldfastError, Problem

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.ports import Desks, RunSheet


@click.command("run")
@click.argument("workflow", required=False, default="")
@click.option(
    "-i", "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="An input."
)
@click.option(
    "--again",
    metavar="RUN",
    default="",
    help="Start this run anew, with the inputs given here instead; what waits of it ends.",
)
@click.option("--no-wait", is_flag=True, help="Start it and do not follow.")
@options.reason
@options.as_json
@click.pass_context
@options.exits(0, 1, 3, 8, 9, 64, 75)
@options.example("holdfast run ship -i version=7")
def command(
    ctx: click.Context,
    workflow: str,
    inputs: tuple[str, ...],
    again: str,
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
    from holdfast.cli.temporary_worker import working

    if not workflow and not again:
        message = "Name a WORKFLOW, or a run with --again."
        raise click.UsageError(message)
    given = dict(_pair(text) for text in inputs)
    with desks_of(ctx) as (app, desks), working(app, desks.runs, needed=not no_wait):
        if again:
            _same(desks.runs.run(again), workflow)
            run = desks.runs.again(again, given, app.actor)
            say(f"{run} was started in the place of {again}.")
        else:
            run = desks.runs.start(workflow, given, app.actor, why)
            say(f"{run} of {workflow} was started.")
        if not no_wait:
            return followed(app, desks, run, as_json=as_json)
        sheet = desks.runs.run(run)
        _show(sheet, as_json=as_json)
        return _so_far(sheet)


def followed(app: "Application", desks: "Desks", run: str, *, as_json: bool) -> int:
    """Follow a run to its end, or to where only others can go on; the exit code."""
    from holdfast.cli.following import Follower
    from holdfast.cli.manual import walked
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


def _so_far(sheet: "RunSheet") -> int:
    """The exit code of a run that is not followed: what was refused at once says so."""
    from holdfast.cli.views import runs as view

    state = sheet.row.state
    return view.exit_of(state) if state.is_end else Exit.PENDING


def _same(sheet: "RunSheet", workflow: str) -> None:
    """Raise ``UsageError`` when a run is not of the workflow that was named."""
    file = str(sheet.view.started.get("file", ""))
    known = (sheet.row.workflow, file, Path(file).stem)
    if workflow and workflow not in known:
        message = f"{sheet.row.id} is a run of {sheet.row.workflow}, not of {workflow}."
        raise click.UsageError(message)


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
