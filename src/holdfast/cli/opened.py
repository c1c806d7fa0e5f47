"""Open the project a command is about, and close it again."""

import gc
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
    app = _open(Path(ctx.obj["directory"]))
    try:
        yield app
    finally:
        app.close()


def _open(directory: Path) -> "Application":
    """Import and load, with no search for garbage in what is there to stay."""
    gc.disable()
    try:
        from holdfast.app import open_application
        from holdfast.cli.progress import Looking

        return open_application(directory, Looking().hear)
    finally:
        gc.freeze()
        gc.enable()
