"""``holdfast approve``: say yes to what a run's gate shows."""

import click

from holdfast.cli import options
from holdfast.cli.gate_decision import decide
from holdfast.cli.output import say
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("approve")
@options.a_gate
@click.pass_context
@options.exits(0, 1, 4, 64)
def command(
    ctx: click.Context, run: str, job: str | None, why: str, digest: str
) -> int:
    """
    Say yes to exactly what the gate of RUN shows (of JOB, when several wait).

    On a terminal it is shown first, and asked about; elsewhere --digest names it.
    With the digest of a plan for RUN it confirms what `apply --break-glass` asked for.
    """
    if run.startswith("sha256:"):
        return _confirm(ctx, run, why)
    return decide(ctx, run, job, why, digest, yes=True)


def _confirm(ctx: click.Context, digest: str, why: str) -> int:
    from holdfast.app import break_glass

    with opened(ctx) as app:
        one = break_glass.confirm(app, digest, why)
        say(f"Recorded: {app.actor} confirms what {one.by} asked for: {one.why}.")
        say(f"Until {one.until:%H:%M} UTC that plan passes windows and freezes.")
    return Exit.DONE
