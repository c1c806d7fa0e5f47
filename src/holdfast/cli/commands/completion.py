"""``holdfast completion``: the script for your shell."""

import click
from click.shell_completion import get_completion_class

from holdfast.cli import options
from holdfast.problems import Exit


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
@options.exits(0, 64)
def command(ctx: click.Context, shell: str) -> int:
    """Print the completion script: `eval "$(holdfast completion bash)"`."""
    found = get_completion_class(shell)
    root = ctx.find_root().command
    if found is not None:
        click.echo(found(root, {}, "holdfast", "_HOLDFAST_COMPLETE").source())
    return Exit.DONE
