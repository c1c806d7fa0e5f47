"""``holdfast why``: why a thing is as it is, or what a run did and why."""

import click

from holdfast.cli import options
from holdfast.cli.opened import opened
from holdfast.cli.talk import show_json
from holdfast.problems import Exit


@click.command("why")
@click.argument("subject")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, subject: str, *, as_json: bool) -> int:
    """
    Say why: SUBJECT is an address (`web-1/file:/etc/motd`) or a run (`r7`).

    Names the run, the person, the declaration's line, the verdict and what was seen.
    """
    from holdfast.app.answers import why
    from holdfast.cli.views import why as view

    with opened(ctx) as app:
        answer = why(app, subject)
        if as_json:
            show_json("holdfast.why/1", view.data(answer))
        else:
            click.echo(view.human(answer))
    return Exit.DONE
