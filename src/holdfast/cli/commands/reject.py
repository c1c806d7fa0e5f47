"""``holdfast reject``: say no to what a run's gate shows."""

import click

from holdfast.cli import options
from holdfast.cli.gate_decision import decide


@click.command("reject")
@options.a_gate
@click.pass_context
@options.exits(0, 1, 4, 64)
def command(
    ctx: click.Context, run: str, job: str | None, why: str, digest: str
) -> int:
    """
    Say no to exactly what the gate of RUN shows (of JOB, when several wait).

    On a terminal it is shown first, and asked about; elsewhere --digest names it.
    """
    return decide(ctx, run, job, why, digest, yes=False)
