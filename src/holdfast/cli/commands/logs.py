"""``holdfast logs``: what the steps of a run printed."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desk_of
from holdfast.cli.output import say
from holdfast.problems import Exit, HoldfastError, Problem, did_you_mean


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
    with desk_of(ctx, looks=True) as (app, desk):
        if follow:
            from holdfast.cli.following import Follower
            from holdfast.cli.interrupt import Interrupt

            with Interrupt() as interrupt:
                Follower(desk, run, app.engine.clock, interrupt.asked).follow()
            return Exit.DONE
        sheet = desk.run(run)
        jobs = sheet.view.jobs
        wanted = [
            key
            for key, seen in jobs.items()
            if job in (None, key, seen.id, sheet.name(key))
        ]
        if job is not None and not wanted:
            raise HoldfastError(_no_job(run, job, list(jobs)))
        for key in wanted:
            for index in sorted(jobs[key].steps):
                if step in (None, index):
                    title = f"▸ {sheet.name(key)}: {sheet.step(key, index)}"
                    say(click.style(title, bold=True))
                    text = desk.printed(run, key, index)
                    click.echo(text, nl=bool(text) and not text.endswith(b"\n"))
    return Exit.DONE


def _no_job(run: str, job: str, known: list[str]) -> Problem:
    return Problem(
        code="cli.no-such-job",
        summary=f"{run} has no job `{job}` that has begun or ended",
        detail="A job is named by its id, its name, or its number in a matrix: test.0.",
        next_step=did_you_mean(job, known) if known else f"holdfast status {run}",
    )
