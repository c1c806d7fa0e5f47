"""``holdfast rule``: what workflows answer to, and would have answered."""

import click

from holdfast.cli import options
from holdfast.cli.desks import desks_of
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_json
from holdfast.problems import Exit


@click.group("rule", cls=Group)
def command() -> None:
    """List and show the workflows that answer to events, and test them on old ones."""


@command.command("list")
@options.as_json
@click.pass_context
@options.exits(0, 64)
@options.example("holdfast rule list")
def list_(ctx: click.Context, *, as_json: bool) -> int:
    """List rules with what came of each in the last 30 days."""
    from holdfast.cli.views import events as view
    from holdfast.cli.views.history import table

    with desks_of(ctx, looks=True) as (_, desks):
        rows = desks.rules.rules()
        if as_json:
            show_json("holdfast.rules/1", {"rules": [view.rule_data(r) for r in rows]})
        else:
            click.echo(table(view.rule_rows(rows)) if rows else "No workflow answers.")
            for row in rows:
                for line in row.trust:
                    click.echo(f"* {row.name}: {line}")
                if row.paused:
                    click.echo(f"* {row.name}: paused {view.paused_text(row)}")
    return Exit.DONE


@command.command("show")
@click.argument("workflow")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast rule show restart")
def show(ctx: click.Context, workflow: str, *, as_json: bool) -> int:
    """Show what WORKFLOW answers to, what holds it back, and what it decided last."""
    from holdfast.cli.views import events as view

    with desks_of(ctx, looks=True) as (_, desks):
        row, decisions = desks.rules.rule(workflow)
        if as_json:
            show_json("holdfast.rule/1", view.rule_data(row))
        else:
            click.echo(view.rule_text(row, decisions))
    return Exit.DONE


@command.command("backtest")
@click.argument("workflow")
@click.option(
    "--since", metavar="WHEN", default="30d", show_default=True, help="`7d`, a date."
)
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast rule backtest restart --since 30d")
def backtest(ctx: click.Context, workflow: str, since: str, *, as_json: bool) -> int:
    """
    Ask WORKFLOW, as it is now, about the events that are stored; starts nothing.

    The answers are those that were or would have been given live, whatever the autonomy.
    A start that a breaker, a spent budget or a pause held back live is a start here: that
    depends on how runs went.
    """
    from holdfast.cli.views import events as view

    with desks_of(ctx) as (_, desks):
        found = desks.rules.backtest(workflow, since)
        if as_json:
            show_json("holdfast.backtest/1", view.backtest_data(found))
        else:
            click.echo(view.backtest_text(found))
    return Exit.DONE


@command.command("close")
@click.argument("workflow")
@click.argument("target")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example('holdfast rule close restart web-1 --why "memory was added"')
def close(ctx: click.Context, workflow: str, target: str, why: str) -> int:
    """
    Close the breaker of WORKFLOW on TARGET: what was tried there so far counts no more.

    Its claim on the host is given back too. `holdfast rule show WORKFLOW` lists breakers.
    """
    if not why:
        message = "Say why with --why: the next one who looks will want to know."
        raise click.UsageError(message)
    with desks_of(ctx) as (app, desks):
        row = desks.rules.close(workflow, target, app.actor, why)
        say(f"{row.name} may try {target} again.")
    return Exit.DONE


@command.command("trust")
@click.argument("workflow")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example('holdfast rule trust restart --why "the leak is mended"')
def trust(ctx: click.Context, workflow: str, why: str) -> int:
    """
    Let WORKFLOW act again as it declares, after it lost trust and only proposed.

    It was lost by a run that did not pass its verify, by a person's undo, or by its
    breaker; `rule show` says which.
    """
    with desks_of(ctx) as (app, desks):
        row = desks.rules.trust(workflow, app.actor, why)
        say(f"{row.name} acts again by itself.")
    return Exit.DONE


@command.command("pause")
@click.argument("workflow")
@options.until
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast rule pause restart --until 2h")
def pause(ctx: click.Context, workflow: str, until: str, why: str) -> int:
    """
    Let WORKFLOW answer no event for a while; its decisions say that it was paused.

    What came meanwhile is not answered afterwards: `event replay` asks it again.
    """
    with desks_of(ctx) as (app, desks):
        row = desks.rules.pause(workflow, app.actor, why, until)
        say(f"{row.name} starts nothing by itself.")
    return Exit.DONE


@command.command("resume")
@click.argument("workflow")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast rule resume restart")
def resume(ctx: click.Context, workflow: str, why: str) -> int:
    """Let WORKFLOW answer events again."""
    with desks_of(ctx) as (app, desks):
        row = desks.rules.resume(workflow, app.actor, why)
        say(f"{row.name} answers events again.")
    return Exit.DONE
