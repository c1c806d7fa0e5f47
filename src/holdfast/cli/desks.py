"""The desks a command works at: the project's server when one runs, else this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from holdfast.cli.outbox_delivery import delivering
from holdfast.cli.project import opened

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.ports import Desks, RunDesk


@contextmanager
def desks_of(
    ctx: click.Context, database: str = ""
) -> Iterator[tuple["Application", "Desks"]]:
    """The project and its desks."""
    with opened(ctx, database) as app:
        from holdfast.app.opening.discovery import desks_at, server_of

        server = server_of(app.state)
        if server is not None:
            with desks_at(server) as there:
                yield app, there
            return
        from holdfast.app.desks.local import desks_for
        from holdfast.app.runs.wiring import crew_of

        crew = crew_of(app)
        try:
            with delivering(app):
                yield app, desks_for(crew)
        finally:
            crew.close()


@contextmanager
def desk_of(
    ctx: click.Context, database: str = ""
) -> Iterator[tuple["Application", "RunDesk"]]:
    """The project and its desk of runs."""
    with desks_of(ctx, database) as (app, desks):
        yield app, desks.runs
