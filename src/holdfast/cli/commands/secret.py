"""``holdfast secret``: set, list, read and rotate; values never in arguments."""

import sys

import click

from holdfast.cli import options
from holdfast.cli.opened import opened
from holdfast.cli.talk import can_ask, say, show_json
from holdfast.problems import Exit, HoldfastError, Problem


@click.group("secret")
def command() -> None:
    """Set, list, read and rotate secrets; a value never stands in an argument."""


@command.command("set")
@click.argument("name")
@click.pass_context
@options.exits(0, 1, 64)
def set_(ctx: click.Context, name: str) -> int:
    """Keep a secret, asked for twice on a terminal, else read from standard input."""
    from holdfast.app import keeping

    value = _value(name)
    with opened(ctx) as app:
        kept = keeping.set_secret(app, name, value)
        say(
            f"Kept {kept.reference}. Write ${{{{ secrets.{name} }}}} where it is needed."
        )
    return Exit.DONE


@command.command("rotate")
@click.argument("name")
@click.pass_context
@options.exits(0, 1, 64)
def rotate(ctx: click.Context, name: str) -> int:
    """Keep a new version of a secret; the old one stays readable for undo."""
    from holdfast.app import keeping

    value = _value(name)
    with opened(ctx) as app:
        keeping.need_secret(app, name)
        kept = keeping.set_secret(app, name, value)
        say(f"Now {kept.reference}. What uses it shows in: holdfast plan")
    return Exit.DONE


@command.command("get")
@click.argument("name")
@click.pass_context
@options.exits(0, 1, 64)
def get(ctx: click.Context, name: str) -> int:
    """Print a secret to standard output, and record that it was read."""
    from holdfast.app import keeping

    with opened(ctx) as app:
        click.echo(keeping.read_secret(app, name))
    return Exit.DONE


@command.command("list")
@options.as_json
@click.pass_context
@options.exits(0, 64)
def list_(ctx: click.Context, *, as_json: bool) -> int:
    """List names, never values."""
    with opened(ctx) as app:
        names = sorted(app.secrets.names())
        if as_json:
            show_json("holdfast.secrets/1", {"secrets": names})
        else:
            click.echo("\n".join(names) or "No secrets are kept.")
    return Exit.DONE


def _value(name: str) -> str:
    if can_ask():
        return str(
            click.prompt(name, hide_input=True, confirmation_prompt=True, err=True)
        )
    value = sys.stdin.read().removesuffix("\n")
    if not value:
        raise HoldfastError(
            Problem(
                code="cli.no-secret-value",
                summary="There is no value on standard input",
                detail="Nothing was kept.",
                next_step=f'printf %s "$VALUE" | holdfast secret set {name}',
            )
        )
    return value
