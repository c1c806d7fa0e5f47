"""The desks a command works at: the project's server when one runs, else this process."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.output import say
from holdfast.cli.project import opened

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.app.runs.wiring import Crew
    from holdfast.ports import Desks, RunDesk
    from holdfast.problems import Problem

_WITHOUT = "{} cannot be used; what is shown is without it: holdfast check"
_AS_IT_WAS = "{} cannot be used; the server has the project as it was: holdfast check"


@contextmanager
def desks_of(
    ctx: click.Context, database: str = "", *, looks: bool = False
) -> Iterator[tuple["Application", "Desks"]]:
    """
    The project and its desks.

    A server has the project as it was when its files could be read. Without one, only
    who ``looks`` may have it without what cannot be read.
    """
    from holdfast.app.opening.discovery import desks_at, server_of
    from holdfast.app.opening.project import state_of

    unread: list[Problem] = []
    server = server_of(state_of(Path(ctx.obj["directory"])))
    without = unread.extend if looks or server else None
    with opened(ctx, database, without) as app:
        if unread:
            said = _AS_IT_WAS if server else _WITHOUT
            say(said.format(unread[0].place or "A file"))
        here = desks_at(server) if server else _desks_here(app, tells=not unread)
        with here as desks:
            yield app, desks


@contextmanager
def _desks_here(app: "Application", *, tells: bool) -> Iterator["Desks"]:
    """The desks of this process."""
    from holdfast.app.desks.local import desks_for

    with crew_here(app, tells=tells) as crew:
        yield desks_for(crew)


@contextmanager
def crew_here(app: "Application", *, tells: bool = True) -> Iterator["Crew"]:
    """
    What runs need of this process, whether or not a server is there too.

    ``tells``: what was caused meanwhile is told at the end.
    """
    from holdfast.app.runs.wiring import crew_of

    crew = crew_of(app)
    try:
        with delivering(app) if tells else nullcontext():
            yield crew
    finally:
        crew.close()


@contextmanager
def desk_of(
    ctx: click.Context, database: str = "", *, looks: bool = False
) -> Iterator[tuple["Application", "RunDesk"]]:
    """The project and its desk of runs."""
    with desks_of(ctx, database, looks=looks) as (app, desks):
        yield app, desks.runs
