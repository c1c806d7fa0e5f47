"""The desk a command works at: the project's server when one runs, else this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from holdfast.cli.opened import opened

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.ports import Desk


@contextmanager
def desk_of(
    ctx: click.Context, database: str = ""
) -> Iterator[tuple["Application", "Desk"]]:
    """The project and its desk."""
    with opened(ctx, database) as app:
        from holdfast.app.finding import desk_at, server_of

        server = server_of(app.state)
        if server is not None:
            remote = desk_at(server)
            try:
                yield app, remote
            finally:
                remote.close()
            return
        from holdfast.app.runs.crew import crew_of
        from holdfast.app.runs.desk import RunDesk

        crew = crew_of(app)
        try:
            yield app, RunDesk(crew)
        finally:
            crew.close()
