"""The desks a command works at: the project's server when one runs, else this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.project import opened

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.app.runs.wiring import Crew
    from holdfast.ports import Desks, RunDesk


@contextmanager
def desks_of(
    ctx: click.Context, database: str = ""
) -> Iterator[tuple["Application", "Desks"]]:
    """The project and its desks."""
    with opened(ctx, database) as app:
        from holdfast.app.opening.discovery import desks_at, server_of

        server = server_of(app.state)
        with desks_at(server) if server else _desks_here(app) as desks:
            yield app, desks


@contextmanager
def _desks_here(app: "Application") -> Iterator["Desks"]:
    """The desks of this process."""
    from holdfast.app.desks.local import desks_for

    with crew_here(app) as crew:
        yield desks_for(crew)


@contextmanager
def crew_here(app: "Application") -> Iterator["Crew"]:
    """What runs need of this process, whether or not a server is there too."""
    from holdfast.app.runs.wiring import crew_of

    crew = crew_of(app)
    try:
        with delivering(app):
            yield crew
    finally:
        crew.close()


@contextmanager
def desk_of(
    ctx: click.Context, database: str = ""
) -> Iterator[tuple["Application", "RunDesk"]]:
    """The project and its desk of runs."""
    with desks_of(ctx, database) as (app, desks):
        yield app, desks.runs
