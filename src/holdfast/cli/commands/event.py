"""``holdfast event``: what happened outside, and what came of it."""

import json
from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_json
from holdfast.problems import Exit, HoldfastError, Problem


@click.group("event", cls=Group)
def command() -> None:
    """List, show, send and replay events, and answer about missed runs."""


@command.command("list")
@click.option("--type", "sort", default="", metavar="NAME", help="A type or a source.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="Rows at most.")
@click.option("--before", default="", metavar="EVENT", help="Older than this one.")
@options.as_json
@click.pass_context
@options.exits(0, 64)
@options.example("holdfast event list --type alert")
def list_(
    ctx: click.Context, sort: str, limit: int, before: str, *, as_json: bool
) -> int:
    """List events with what came of each, newest first."""
    from holdfast.cli.views import events as view
    from holdfast.cli.views.history import table

    with desks_of(ctx, looks=True) as (_, desks):
        rows = desks.events.events(sort, limit, before)
        if as_json:
            show_json(
                "holdfast.events/1", {"events": [view.event_data(r) for r in rows]}
            )
        else:
            click.echo(table(view.event_rows(rows)) if rows else "Nothing was stored.")
    return Exit.DONE


@command.command("show")
@click.argument("event")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast event show e-4be81c0d9f6a2e7b35d81c40")
def show(ctx: click.Context, event: str, *, as_json: bool) -> int:
    """Show one EVENT with its data, and what every workflow decided about it."""
    from holdfast.cli.views import events as view

    with desks_of(ctx, looks=True) as (_, desks):
        row = desks.events.event(event)
        if as_json:
            show_json("holdfast.event/1", view.event_data(row))
        else:
            click.echo(view.event_text(row))
    return Exit.DONE


@command.command("replay")
@click.argument("event")
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast event replay e-4be81c0d9f6a2e7b35d81c40")
def replay(ctx: click.Context, event: str) -> int:
    """Keep EVENT once more, as of now, for the workflows as they are now."""
    with desks_of(ctx) as (app, desks):
        row = desks.events.replay(event, app.actor)
        click.echo(row.id)
        say(f"Stored. What comes of it: holdfast event show {row.id}")
    return Exit.DONE


@command.command("send")
@click.argument("kind", metavar="TYPE")
@click.option("--source", default="manual", show_default=True, help="Who tells it.")
@click.option("--action", default="", help="Its finer sort: `firing`, `opened`.")
@click.option("--subject", default="", help="What it is about.")
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="A JSON object with its data; `-` is standard input.",
)
@click.option(
    "-d", "--data", "pairs", multiple=True, metavar="KEY=VALUE", help="One text of it."
)
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast event send deployed --subject shop -d version=7")
def send(
    ctx: click.Context,
    kind: str,
    *,
    source: str,
    action: str,
    subject: str,
    path: Path | None,
    pairs: tuple[str, ...],
) -> int:
    """
    Store an event of TYPE, as if it had come from outside.

    `-d labels.host=web-1` goes into `labels`. Never put a secret on the command line.
    """
    from holdfast.ports import Told

    told = Told(kind, _data(path, pairs), source, action, subject)
    with desks_of(ctx) as (app, desks):
        row = desks.events.send(told, app.actor)
        click.echo(row.id)
        say(f"Stored. What comes of it: holdfast event show {row.id}")
    return Exit.DONE


@command.command("missed")
@click.argument("number", type=int, required=False)
@click.option("--run/--skip", "run", default=None, help="What becomes of it.")
@options.reason
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example('holdfast event missed 3 --skip --why "too late for it"')
def missed(
    ctx: click.Context, number: int | None, why: str, *, run: bool | None, as_json: bool
) -> int:
    """List missed runs that wait for a decision, or decide about NUMBER."""
    from holdfast.cli.views import events as view
    from holdfast.cli.views.history import table

    if number is not None and run is None:
        raise click.UsageError("Say what becomes of it: --run or --skip.")
    with desks_of(ctx) as (app, desks):
        desk = desks.schedules
        if number is None or run is None:
            rows = view.missed_rows(desk.missed())
            if as_json:
                show_json("holdfast.missed/1", {"missed": rows})
            else:
                click.echo(table(rows) if rows else "Nothing waits for a decision.")
            return Exit.DONE
        started = desk.answer(number, app.actor, why, run=run)
        say(f"Started {started}." if started else "Skipped.")
    return Exit.DONE


def _data(path: Path | None, pairs: tuple[str, ...]) -> dict[str, object]:
    """The object in the file, and over it what the options say."""
    found = _read(path) if path else {}
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise click.UsageError(f"`{pair}` is not written KEY=VALUE.")
        *outer, last = name.split(".")
        place = found
        for key in outer:
            inner = place.setdefault(key, {})
            if not isinstance(inner, dict):
                raise click.UsageError(f"`{name}` goes into `{key}`, which is a value.")
            place = inner
        place[last] = value
    return found


def _read(path: Path) -> dict[str, object]:
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as error:
        raise HoldfastError(_no_object(path, str(error))) from error
    if not isinstance(found, dict):
        raise HoldfastError(_no_object(path, "it is JSON but no object"))
    return found


def _no_object(path: Path, why: str) -> Problem:
    return Problem(
        code="cli.no-event-data",
        summary=f"{path} holds no JSON object",
        detail=f"{why}. Nothing was stored.",
        next_step='Write an object, like: {"labels": {"host": "web-1"}}',
    )
