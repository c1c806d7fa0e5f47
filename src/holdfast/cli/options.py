"""Options that several commands share."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

selectors = click.argument("selectors", nargs=-1)
as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output."
)
detailed = click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="End with 2 when there is something to change.",
)
yes = click.option(
    "-y", "--yes", is_flag=True, help="Answer `yes`; never passes a gate."
)
database = click.option(
    "--database",
    metavar="URL",
    default="",
    help="Keep all state in PostgreSQL: postgresql://USER@HOST/NAME. Remembered.",
)
reason = click.option("--why", metavar="TEXT", default="", help="The reason, recorded.")

until = click.option(
    "--until", default="", metavar="TIME", help="`2h`, or a moment; else until resumed."
)


def together(*given: Callable[[Function], Function]) -> Callable[[Function], Function]:
    """Several arguments and options as one decorator, shown in this order."""

    def add(function: Function) -> Function:
        for one in reversed(given):
            function = one(function)
        return function

    return add


def _words(_ctx: click.Context, _option: click.Parameter, written: str) -> list[str]:
    return written.replace(",", " ").split()


def a_worker(*, least: int) -> Callable[[Function], Function]:
    """A worker's name and labels, and its slots: so many at the ``least``."""
    return together(
        click.option(
            "--name",
            default="",
            help="The worker's name; the machine's when not given.",
        ),
        click.option(
            "--labels",
            default="",
            callback=_words,
            help="What the worker can do, with commas: linux,prod.",
        ),
        click.option(
            "--slots",
            type=click.IntRange(min=least),
            default=4,
            show_default=True,
            help="Jobs at once.",
        ),
    )


a_gate = together(
    click.argument("run"),
    click.argument("job", required=False),
    reason,
    click.option(
        "--digest", default="", help="Only if the gate still shows exactly this."
    ),
)


def example(line: str) -> Callable[[Function], Function]:
    """Show how a command is typed, behind what its help says."""

    def add(function: Function) -> Function:
        said = cleandoc(function.__doc__ or "")
        function.__doc__ = f"{said}\n\n\b\nExample:\n  {line}"
        return function

    return add


def exits(*codes: int) -> Callable[[Function], Function]:
    """Close a command's help with the exit codes it can end with."""
    from holdfast.problems import Exit

    words = "; ".join(f"{code} {Exit(code).meaning}" for code in codes)

    def add(function: Function) -> Function:
        function.__doc__ = f"{cleandoc(function.__doc__ or '')}\n\nExit codes: {words}."
        return function

    return add
