"""``holdfast logs``: what the steps of a run printed."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.output import say
from holdfast.problems import Exit


@click.command("logs")
@click.argument("run")
@click.argument("job", required=False)
@click.option("--step", type=int, help="Only the step of this number, from 0 on.")
@click.option("-f", "--follow", is_flag=True, help="Go on until the run has ended.")
@click.pass_context
@options.exits(0, 1, 64)
def command(
    ctx: click.Context, run: str, job: str | None, step: int | None, *, follow: bool
) -> int:
    """Print what the steps of RUN printed, of one JOB or of all."""
    with desk_of(ctx) as (app, desk):
        if follow:
            from holdfast.cli.following import Follower
            from holdfast.cli.interrupt import Stopping

            with Stopping() as stopping:
                Follower(desk, run, app.engine.clock, stopping.asked).follow()
            return Exit.DONE
        sheet = desk.run(run)
        for key, seen in sheet.view.jobs.items():
            if job not in (None, key, seen.id):
                continue
            for index in sorted(seen.steps):
                if step in (None, index):
                    title = f"▸ {sheet.name(key)}: {sheet.step(key, index)}"
                    say(click.style(title, bold=True))
                    click.echo(desk.printed(run, key, index), nl=False)
    return Exit.DONE
