"""Open the project a command is about, and close it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from holdfast.app import Application


@contextmanager
def opened(ctx: click.Context) -> Iterator["Application"]:
    """The application of the project around ``-C DIR``; connections close at the end."""
    from holdfast.app import open_application

    app = open_application(Path(ctx.obj["directory"]))
    try:
        yield app
    finally:
        app.close()
