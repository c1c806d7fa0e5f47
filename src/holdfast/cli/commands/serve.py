"""``holdfast serve``: everything in one process."""

import secrets

import click

from holdfast.cli import options, stopping
from holdfast.cli.output import say, show_error
from holdfast.cli.project import opened


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8642, show_default=True, help="0: any free one.")
@options.a_worker(least=0)
@stopping.stop_timeout
@options.database
@click.pass_context
@options.exits(0, 1, 64, 75)
def command(  # noqa: PLR0913 - one an option
    ctx: click.Context,
    host: str,
    port: int,
    *,
    name: str,
    labels: list[str],
    slots: int,
    stop_timeout: str,
    database: str,
) -> int:
    """
    Serve the project: pages and API, schedules and reactions, and one worker.

    Commands of this project find it by themselves. It stops on SIGTERM or Ctrl-C; steps
    at work go on, and the next one finds them again. A second signal ends it at once.
    """
    from holdfast.app.serving.process import server_process, tokens_of
    from holdfast.app.times import seconds_in
    from holdfast.server import Access, application, serve

    patience = seconds_in(stop_timeout)
    with opened(ctx, database) as app:
        told = stopping.Told()
        process = server_process(app, name, labels, slots, show_error)
        process.start()
        own = secrets.token_urlsafe(32)
        access = Access(*tokens_of(app), own, app.actor)
        asgi = application(process.desks, access, app.project.name, app.engine.clock)
        try:
            listening = serve(asgi, host, port, app.engine.clock)
        except BaseException:
            process.stop()
            raise
        url = f"http://{host}:{listening.port}"
        process.announce(url, own)
        say(f"Holdfast serves {app.project.name} at {url}")
        say(f"Sign in: {url}/sign-in#{own}")
        told.wait()
        listening.stop()
        return stopping.ended(lambda: process.stop(patience))
