"""``holdfast undo``: take a run back, through the same road."""

from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.output import can_ask, confirmed, say, show_problems
from holdfast.cli.project import opened
from holdfast.cli.proposals import carry_out
from holdfast.problems import Exit

if TYPE_CHECKING:
    from holdfast.ports import WaySheet

_QUESTION = "Type yes to take these back"


@click.command("undo")
@click.argument("run")
@click.option(
    "--only",
    multiple=True,
    metavar="SELECTOR",
    help="Only these addresses; of a workflow's run only these jobs, or JOB/STEP.",
)
@options.as_json
@options.yes
@options.reason
@click.pass_context
@options.exits(0, 1, 3, 6, 7, 8, 9, 64, 75)
def command(
    ctx: click.Context,
    run: str,
    only: tuple[str, ...],
    why: str,
    *,
    as_json: bool,
    yes: bool,
) -> int:
    """
    Take a run back: content, mode, owner, version and state as they were before it.

    RUN is the id that `apply` printed last and `history` lists, or the run of a workflow:
    its steps are taken back, the last one first, by what each declared as `undo:`, in
    a run that passes the same gates. What has no way back is shown before.
    """
    from holdfast.app.reacting import trust

    with opened(ctx) as app:
        if not app.store.runs.is_run(run):
            with delivering(app), app.alone():
                app.settle()
                proposal, lost = app.propose_undo(run, only)
                if lost:
                    say(f"{len(lost)} changes of {run} have no way back:")
                    show_problems(item.problem for item in lost)
                reason = why or f"undo {run}"
                code = carry_out(app, proposal, reason, as_json=as_json, yes=yes)
                if code == Exit.DONE and proposal.plan:
                    trust.after_undo(app, run, app.actor)
                return code
    return _undo_workflow(ctx, run, only, why, as_json=as_json, yes=yes)


def _undo_workflow(
    ctx: click.Context,
    run: str,
    only: tuple[str, ...],
    why: str,
    *,
    as_json: bool,
    yes: bool,
) -> int:
    from holdfast.cli.commands.run import followed
    from holdfast.cli.temporary_worker import working

    with desks_of(ctx) as (app, desks), working(app, desks.runs, needed=True):
        desk = desks.runs
        way = desk.way_back(run, only)
        _show(way)
        if way.taken and not yes and not (can_ask() and confirmed(_QUESTION)):
            say("Nothing was changed: nobody said yes. Use --yes to say it.")
            return Exit.REFUSED
        made = desk.undo(run, why, app.actor, only)
        say(f"{made} takes {run} back.")
        return followed(app, desks, made, as_json=as_json)


def _show(way: "WaySheet") -> None:
    for number, (job, step, does) in enumerate(way.taken, 1):
        say(f"{number}. {job} / {click.style(step, bold=True)}")
        for line in does.splitlines():
            say(f"     {line}")
    if way.left:
        say("These stay as they are:")
    for job, step, reason in way.left:
        say(f"   {job} / {step}: {reason}")
    for line in way.secrets:
        say(f"Secret {line}")
