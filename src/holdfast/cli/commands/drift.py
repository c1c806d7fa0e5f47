"""``holdfast drift``: show what is no longer as it was left."""

import click

from holdfast.cli import options
from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.output import say, show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("drift")
@options.selectors
@options.as_json
@options.detailed
@options.yes
@click.option("--every", metavar="DURATION", help="Look again and again, as `15m`.")
@click.option(
    "--then",
    type=click.Choice(["report", "propose", "fix"]),
    default="report",
    help="What to do about it: say so, save a plan, or apply one (through the gate).",
)
@click.pass_context
@options.exits(0, 2, 3, 7, 64)
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    every: str | None,
    then: str,
    *,
    as_json: bool,
    detailed_exitcode: bool,
    yes: bool,
) -> int:
    """
    Show what is no longer as it was left, and what was declared but never applied.

    The two are told apart, each attribute with what is observed, recorded and wanted. What
    could not be looked at is unknown, never in sync.
    """
    from holdfast.declare import seconds_of

    interval = seconds_of(every) if every else None
    while True:
        code = _once(ctx, selectors, then, as_json=as_json, yes=yes)
        if interval is None:
            return code if detailed_exitcode or code != Exit.CHANGES else Exit.DONE
        _wait(ctx, interval)


def _wait(ctx: click.Context, seconds: float) -> None:
    with opened(ctx) as app:
        clock = app.engine.clock
    clock.sleep(seconds)


def _once(
    ctx: click.Context,
    selectors: tuple[str, ...],
    then: str,
    *,
    as_json: bool,
    yes: bool,
) -> int:
    from holdfast.app.drift.entries import looks_of, note_drift
    from holdfast.cli.proposals import carry_out
    from holdfast.cli.views import drift as view

    with opened(ctx) as app, delivering(app):
        found, proposal = app.drift(selectors)
        if not selectors:
            note_drift(app, looks_of(app.project, found), app.actor)
        if as_json:
            show_json("holdfast.drift/1", view.data(found))
        else:
            click.echo(view.human(found, proposal.plan.contents))
        if then == "fix" and found.findings:
            with app.alone():
                return carry_out(app, proposal, "drift", as_json=as_json, yes=yes)
        if then == "propose" and found.findings:
            path = app.state / "proposals" / f"{proposal.plan.digest[7:19]}.json"
            path.parent.mkdir(exist_ok=True)
            app.save_plan(proposal, path)
            say(f"Proposed. Apply exactly this with: holdfast apply {path}")
        if found.unknown:
            return Exit.UNREACHABLE
        return Exit.CHANGES if found.findings else Exit.DONE
