"""``holdfast why``: why a thing is as it is, or what a run did and why."""

import re
from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.output import show_json
from holdfast.problems import Exit, HoldfastError

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.ports import Desks

_RUN = re.compile(r"r[0-9]+")
_SCHEDULE = re.compile(r"[^:]+\.(?:ya?ml|md)/[0-9]+")


@click.command("why")
@click.argument("subject")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, subject: str, *, as_json: bool) -> int:
    """
    Say why of SUBJECT: an address, a run, a workflow, a schedule, an event.

    An address is written `web-1/file:/etc/motd`, a schedule `workflows/nightly.yaml/0`.

    Names the run, the person, the declaration's line, the verdict and what was seen; of a
    workflow's run everything that waits, for what, since when, and who can release it.
    """
    from holdfast.app.answers import why
    from holdfast.cli.views import why as view

    with desks_of(ctx, looks=True) as (app, desks):
        lines = _lines(app, desks, subject)
        if lines is None:
            answer = why(app, subject)
            if as_json:
                show_json("holdfast.why/1", view.data(answer))
            else:
                click.echo(view.human(answer))
        elif as_json:
            show_json("holdfast.why/1", {"subject": subject, "because": lines})
        else:
            click.echo("\n".join(lines))
    return Exit.DONE


def _lines(app: "Application", desks: "Desks", subject: str) -> list[str] | None:
    """What a desk says of it; ``None`` of what only the ledger knows."""
    if subject.startswith("e-"):
        return list(desks.events.why(subject))
    flow = app.project.workflow(subject)
    if flow is not None:
        of_schedule = desks.schedules.why(flow.file) if flow.schedules else ()
        lines = list(desks.runs.why(subject))
        return [
            *(line for line in lines if not line.startswith("next: ")),
            *of_schedule,
        ]
    if _SCHEDULE.fullmatch(subject):
        return list(desks.schedules.why(subject))
    try:
        return list(desks.runs.why(subject)) if _RUN.fullmatch(subject) else None
    except HoldfastError as error:
        if error.problems[0].code != "record.no-such-workflow-run":
            raise
        return None
