"""Open the project a command is about, and close it again."""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from traceback import format_exception
from types import TracebackType
from typing import TYPE_CHECKING

import click

from holdfast.problems import HoldfastError

if TYPE_CHECKING:
    from holdfast.app import Application
    from holdfast.problems import Problem

    Without = Callable[[Sequence[Problem]], None]


@contextmanager
def opened(
    ctx: click.Context, database: str = "", without: "Without | None" = None
) -> Iterator["Application"]:
    """
    The application of the project around ``-C DIR``; connections close at the end.

    ``without`` is for who only looks: it is told what of the project cannot be read.
    """
    app = _open(Path(ctx.obj["directory"]), database, without)
    sys.excepthook = partial(_say_without_secrets, app.secrets.redact)
    try:
        yield app
    except HoldfastError as error:
        error.problems = tuple(app.secrets.without(p) for p in error.problems)
        error.args = (app.secrets.redact(str(error)),)
        raise
    finally:
        app.close()


def _say_without_secrets(
    redact: Callable[[str], str],
    sort: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """A traceback: an exception of a library may quote what it was given."""
    lines = format_exception(sort, error, trace)
    sys.stderr.write(redact("".join(lines)))


def _open(directory: Path, database: str, without: "Without | None") -> "Application":
    """Import and load, with no search for garbage in what is there to stay."""
    gc.disable()
    try:
        from holdfast.app import open_application
        from holdfast.cli.progress import Looking

        return open_application(directory, Looking().hear, database, without)
    finally:
        gc.freeze()
        gc.enable()
