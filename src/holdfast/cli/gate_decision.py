"""Say yes or no at a gate: shown first, for exactly what was shown."""

import click

from holdfast.cli.desks import desk_of
from holdfast.cli.output import can_ask, say
from holdfast.ports import GateSheet, RunSheet
from holdfast.problems import Exit, HoldfastError, Problem


def decide(
    ctx: click.Context, run: str, job: str | None, why: str, digest: str, *, yes: bool
) -> int:
    """Find the gate, show it, ask for a reason, and record the word."""
    from holdfast.cli.views import runs as view

    with desk_of(ctx) as (app, desk):
        sheet = desk.run(run)
        gate = meant(sheet, run, job, digest)
        if not digest and can_ask():
            say(view.human(sheet))
            question = (
                f"Your reason to say {'yes' if yes else 'no'} (empty: say nothing)"
            )
            why = why or str(
                click.prompt(question, default="", show_default=False, err=True)
            )
        after = desk.decide(
            run, gate.job, digest or gate.digest, why, app.actor, yes=yes
        )
        who = whose(after, gate) or app.actor
        say(f"Recorded: {'yes' if yes else 'no'} by {who} to {gate.digest}.")
        left = next((one for one in after.gates if one.job == gate.job), None)
        if left is not None and left.digest == gate.digest:
            say(f"{len(left.given)} of {left.count} have said yes so far.")
    return Exit.DONE


def whose(after: RunSheet, gate: GateSheet) -> str:
    """Who the word was taken from: the person a server knows, not who was typed here."""
    job = after.view.jobs.get(gate.job)
    if job and job.glass and job.glass.digest == gate.digest:
        return job.glass.confirmed
    said = job.gate.said if job and job.gate and job.gate.digest == gate.digest else ()
    return str(said[-1]["by"]) if said else ""


def meant(sheet: RunSheet, run: str, job: str | None, digest: str) -> GateSheet:
    """The one gate that is meant; raises ``HoldfastError`` for none and for several."""
    gates = [gate for gate in sheet.gates if job in (None, gate.job)]
    named = [gate for gate in gates if gate.digest == digest]
    gates = named or gates
    if len(gates) == 1:
        return gates[0]
    names = ", ".join(dict.fromkeys(gate.job for gate in sheet.gates))
    raise HoldfastError(_which(run, job if sheet.gates else None, len(gates), names))


def _which(run: str, job: str | None, found: int, names: str) -> Problem:
    """None of the gates is meant, or more than one."""
    summary = f"{run} has {found or 'no'} gates to decide about"
    choose = f"holdfast approve {run} JOB --digest DIGEST --why TEXT"
    return Problem(
        code="cli.which-gate",
        summary=f"No gate of `{job}` waits in {run}" if job and not found else summary,
        detail=f"Waiting: {names or 'none'}. Nothing was recorded.",
        next_step=choose if names else f"See the run: holdfast status {run}",
    )
