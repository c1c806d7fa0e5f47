"""``holdfast break-glass``: ask to let a run pass windows and freezes."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.output import say
from holdfast.problems import Exit


@click.command("break-glass")
@click.argument("run")
@click.argument("job", required=False)
@options.reason
@click.pass_context
@options.exits(0, 1, 4, 64)
def command(ctx: click.Context, run: str, job: str | None, why: str) -> int:
    """
    Ask to let RUN (its JOB, when several wait) pass windows and freezes now.

    A second person confirms it with `approve` within the hour. It is bound to what the
    job would do now, and passes neither approvals nor policies nor limits nor claims.
    For a plan without a run: `apply --break-glass TEXT`.
    """
    with desk_of(ctx) as (app, desk):
        sheet = desk.break_glass(run, job or "", why, app.actor)
        asked = [gate for gate in sheet.gates if gate.kind == "glass"]
        for gate in asked:
            say(f"{gate.job}: {'; '.join(gate.warnings)}")
            say(f"Until {gate.expires[:19]} UTC another person may confirm it:")
            say(
                f"  holdfast approve {run} {gate.job} --digest {gate.digest} --why TEXT"
            )
    return Exit.DONE
