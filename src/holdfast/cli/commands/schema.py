"""``holdfast schema``: JSON Schema for editors."""

import json

import click

from holdfast.cli import options
from holdfast.problems import Exit

_FILES = [
    "project",
    "hosts",
    "config",
    "policies",
    "workflow",
    "runbook",
    "workflow-test",
    "all",
]


@click.command("schema")
@click.argument(
    "file",
    type=click.Choice(_FILES),
    default="all",
)
@options.exits(0, 64)
def command(file: str) -> int:
    """
    Print the JSON Schema of one sort of FILE, or of all.

    `runbook` is that of the front matter of a Markdown runbook.
    """
    from holdfast.app.checking import schemas

    every = schemas()
    click.echo(json.dumps(every if file == "all" else every[file], indent=2))
    return Exit.DONE
