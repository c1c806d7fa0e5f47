"""``holdfast secret``: keep, rotate, follow and scrub; values never in arguments."""

import secrets
import string
import sys

import click

from holdfast.cli import options
from holdfast.cli.group import Group
from holdfast.cli.output import can_ask, confirmed, say, show_json
from holdfast.cli.project import opened
from holdfast.model.moments import to_minute
from holdfast.problems import Exit, HoldfastError, Problem

_LETTERS = string.ascii_letters + string.digits


@click.group("secret", cls=Group)
def command() -> None:
    """Keep, rotate, follow and scrub secrets; a value never stands in an argument."""


@command.command("set")
@click.argument("name")
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast secret set DB_PASSWORD")
def set_(ctx: click.Context, name: str) -> int:
    """Keep a secret, asked for twice on a terminal, else read from standard input."""
    from holdfast.app.secrets import versions

    value = _value(name)
    with opened(ctx) as app:
        kept = versions.set_secret(app, name, value)
        say(
            f"Kept {kept.reference}. Write ${{{{ secrets.{name} }}}} where it is needed."
        )
    return Exit.DONE


@command.command("rotate")
@click.argument("name")
@click.option(
    "--generate",
    type=click.IntRange(8, 4096),
    metavar="N",
    help="Make a new value of N letters and digits; it is not shown.",
)
@click.option(
    "--grace",
    default="1d",
    show_default=True,
    metavar="DURATION",
    help="How long the version before still counts, for what others signed with it.",
)
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast secret rotate DB_PASSWORD --generate 32")
def rotate(ctx: click.Context, name: str, generate: int | None, grace: str) -> int:
    """Keep a new version of a secret; the one before is retired after the grace."""
    from holdfast.app.secrets import versions

    value = _made(generate) if generate else _value(name)
    with opened(ctx) as app:
        kept, until = versions.rotate_secret(app, name, value, grace)
        say(
            f"Now {kept.reference}; the version before counts until "
            f"{to_minute(until)}. What uses it shows in: holdfast plan"
        )
    return Exit.DONE


@command.command("get")
@click.argument("name")
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast secret get DB_PASSWORD")
def get(ctx: click.Context, name: str) -> int:
    """Print a secret to standard output, and record that it was read."""
    from holdfast.app.secrets import versions

    with opened(ctx) as app:
        click.echo(versions.read_secret(app, name))
    return Exit.DONE


@command.command("list")
@options.as_json
@click.pass_context
@options.exits(0, 64)
@options.example("holdfast secret list")
def list_(ctx: click.Context, *, as_json: bool) -> int:
    """List names with where each is kept, its versions, age and last use."""
    from holdfast.app.secrets import exposure
    from holdfast.cli.views import secrets as view
    from holdfast.cli.views.history import table

    with opened(ctx) as app:
        found = exposure.listed(app)
        if as_json:
            show_json("holdfast.secrets/1", view.list_data(found))
        elif found:
            click.echo(table(view.list_rows(found, app.engine.clock.now())))
        else:
            click.echo("No secrets are kept.")
    return Exit.DONE


@command.command("exposure")
@click.argument("name")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast secret exposure DB_PASSWORD")
def exposure(ctx: click.Context, name: str, *, as_json: bool) -> int:
    """Say where NAME was used, when and by whom: runs, hosts, addresses, readers."""
    from holdfast.app.secrets import exposure
    from holdfast.cli.views import secrets as view
    from holdfast.cli.views.history import table

    with opened(ctx) as app:
        uses = exposure.uses(app, name)
        rows, hosts = view.use_rows(uses), view.hosts_by_version(uses)
        if as_json:
            show_json(
                "holdfast.exposure/1", {"secret": name, "uses": rows, "hosts": hosts}
            )
            return Exit.DONE
        click.echo(table(rows) if rows else f"{name} was never used here.")
        for version, names in hosts.items():
            click.echo(f"Version {version} went to: {', '.join(names)}")
    return Exit.DONE


@command.command("retire")
@click.argument("name")
@click.argument("version")
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast secret retire DB_PASSWORD 2")
def retire(ctx: click.Context, name: str, version: str) -> int:
    """Stop accepting an older VERSION of NAME at once; its value stays for scrubbing."""
    from holdfast.app.secrets import versions

    with opened(ctx) as app:
        versions.retire_secret(app, name, version)
        say(f"{name}@{version} does not count any more.")
    return Exit.DONE


@command.command("scrub")
@click.argument("name")
@options.yes
@click.pass_context
@options.exits(0, 1, 3, 64)
@options.example("holdfast secret scrub DB_PASSWORD")
def scrub(ctx: click.Context, name: str, *, yes: bool) -> int:
    """
    Take every form of every version of NAME out of what is stored in clear.

    What commands printed and what the ledger holds is rewritten, contents kept for undo
    that hold it are dropped, and the ledger notes what was. `holdfast ledger verify`
    tells of it. What a host or a reader's terminal has seen stays seen: rotate it too.
    """
    from holdfast.app.secrets import exposure

    with opened(ctx) as app, app.alone():
        question = f"Type yes to rewrite what is stored of {name}; there is no undo"
        if not yes and not (can_ask() and confirmed(question)):
            say("Nothing was changed: nobody said yes.")
            return Exit.REFUSED
        done = exposure.scrub(app, name)
        say(
            f"Scrubbed {done.texts} printed texts, {done.rows} rows and "
            f"{done.contents} contents."
            if done
            else f"No form of {name} is stored in clear."
        )
    return Exit.DONE


@command.command("rekey")
@click.option(
    "--age",
    "with_age",
    is_flag=True,
    help="Keep the root key encrypted for the project's age recipients.",
)
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast secret rekey")
def rekey(ctx: click.Context, *, with_age: bool) -> int:
    """Renew the root key of the store; every version's key is wrapped anew."""
    from holdfast.app.secrets import versions

    with opened(ctx) as app:
        count = versions.rekey(app, with_age=with_age)
        say(f"{count} versions are under the new root key. Keep a copy of it apart.")
    return Exit.DONE


def _made(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


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
