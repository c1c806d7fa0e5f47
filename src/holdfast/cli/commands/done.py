"""``holdfast done``: say what came of a manual step."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.output import say
from holdfast.ports import Report
from holdfast.problems import Exit


@click.command("done")
@click.argument("run")
@click.argument("job", required=False)
@click.option("--evidence", metavar="TEXT", default="", help="What you saw; recorded.")
@click.option(
    "-f", "--field", "fields", multiple=True, metavar="NAME=VALUE", help="What it asks."
)
@click.option("--failed", "how", flag_value="failed", help="It failed; --why says how.")
@click.option(
    "--skip", "how", flag_value="skipped", help="It is not to be done; --why."
)
@click.option("--take", "how", flag_value="taken", help="Only say that you are at it.")
@options.reason
@click.pass_context
@options.exits(0, 1, 4, 64)
def command(
    ctx: click.Context,
    run: str,
    job: str | None,
    evidence: str,
    fields: tuple[str, ...],
    *,
    why: str,
    how: str | None,
) -> int:
    """
    Say that the manual step RUN waits for is done (of JOB, when several wait).

    Secrets are taken out of what you say. The run goes on from there; when nobody else
    works for it, this command does, until it ends or waits for a person again.
    """
    from holdfast.cli.following import Follower
    from holdfast.cli.manual import pair_of, the_task, walked
    from holdfast.cli.temporary_worker import working
    from holdfast.cli.views import runs as view

    with desks_of(ctx) as (app, desks):
        key, step, task = the_task(desks.runs.run(run), run, job)
        if how == "taken":
            desks.runbooks.take(run, key, step, app.actor)
            say(f"{app.actor} is at `{task.name}` of {run}.")
            return Exit.DONE
        report = _report(how or "done", evidence, why, dict(map(pair_of, fields)))
        desks.runbooks.report(run, key, step, report, app.actor)
        say(f"Recorded: `{task.name}` of {run} is {report.how}, by {app.actor}.")
        with working(app, desks.runs, needed=True) as works:
            if works:
                follower = Follower(desks.runs, run, app.engine.clock)
                follower.pass_over()
                sheet, _ = walked(desks, follower, app.actor)
                say(view.human(sheet))
    return Exit.DONE


def _report(how: str, evidence: str, why: str, fields: dict[str, str]) -> Report:
    match how:
        case "failed":
            return Report("failed", why or evidence)
        case "skipped":
            return Report("skipped", why or evidence)
        case _:
            return Report("done", evidence or why, fields)
