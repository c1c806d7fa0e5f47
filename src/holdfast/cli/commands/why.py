"""``holdfast why``: why a thing is as it is, or what a run did and why."""

from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.opened import opened
from holdfast.cli.talk import show_json
from holdfast.problems import Exit

if TYPE_CHECKING:
    from holdfast.app import Application


@click.command("why")
@click.argument("subject")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, subject: str, *, as_json: bool) -> int:
    """
    Say why: SUBJECT is an address (`web-1/file:/etc/motd`), a run (`r7`) or a workflow.

    Names the run, the person, the declaration's line, the verdict and what was seen; of a
    workflow's run everything that waits, for what, since when, and who can release it.
    """
    from holdfast.app.answers import why
    from holdfast.app.reacting import asked_about_events, eventdesk_for
    from holdfast.cli.views import why as view

    with opened(ctx) as app:
        if app.project.workflow(subject) or app.store.runs.is_run(subject):
            return _why_run(app, subject, as_json=as_json)
        if asked_about_events(app, subject):
            lines = eventdesk_for(app).why(subject)
            if as_json:
                show_json("holdfast.why/1", {"subject": subject, "lines": list(lines)})
            else:
                click.echo("\n".join(lines))
            return Exit.DONE
        answer = why(app, subject)
        if as_json:
            show_json("holdfast.why/1", view.data(answer))
        else:
            click.echo(view.human(answer))
    return Exit.DONE


def _why_run(app: "Application", subject: str, *, as_json: bool) -> int:
    from holdfast.app.reacting import eventdesk_for
    from holdfast.app.runs.crew import crew_of
    from holdfast.app.runs.desk import RunDesk

    crew = crew_of(app)
    try:
        lines = list(RunDesk(crew).why(subject))
        flow = app.project.workflow(subject)
        if flow is not None and flow.schedules:
            lines += eventdesk_for(app).why(flow.name)
    finally:
        crew.close()
    if as_json:
        show_json("holdfast.why/1", {"subject": subject, "because": lines})
    else:
        click.echo("\n".join(lines))
    return Exit.DONE
