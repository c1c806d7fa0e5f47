"""``holdfast rule``: what workflows answer to, and would have answered."""

import click

from holdfast.cli import options
from holdfast.cli.opened import opened
from holdfast.cli.talk import show_json
from holdfast.problems import Exit


@click.group("rule")
def command() -> None:
    """List and show the workflows that answer to events, and test them on old ones."""


@command.command("list")
@options.as_json
@click.pass_context
@options.exits(0, 64)
def list_(ctx: click.Context, *, as_json: bool) -> int:
    """List rules with what came of each in the last 30 days."""
    from holdfast.app import rulebook
    from holdfast.app.reacting import eventdesk_for
    from holdfast.cli.views import events as view
    from holdfast.cli.views.history import table

    with opened(ctx) as app:
        rows = rulebook.rules(eventdesk_for(app))
        if as_json:
            show_json("holdfast.rules/1", {"rules": [view.rule_data(r) for r in rows]})
        else:
            click.echo(table(view.rule_rows(rows)) if rows else "No workflow answers.")
            for row in rows:
                for line in row.trust:
                    click.echo(f"* {row.name}: {line}")
    return Exit.DONE


@command.command("show")
@click.argument("workflow")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def show(ctx: click.Context, workflow: str, *, as_json: bool) -> int:
    """Show what WORKFLOW answers to, what holds it back, and what it decided last."""
    from holdfast.app import rulebook
    from holdfast.app.reacting import eventdesk_for
    from holdfast.cli.views import events as view

    with opened(ctx) as app:
        row, decisions = rulebook.rule(eventdesk_for(app), workflow)
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
def backtest(ctx: click.Context, workflow: str, since: str, *, as_json: bool) -> int:
    """
    Ask WORKFLOW, as it is now, about the events that are stored; starts nothing.

    The answers are those that were or would have been given live, whatever the autonomy.
    """
    from datetime import datetime

    from holdfast.app import rulebook
    from holdfast.app.answers import since_moment
    from holdfast.app.reacting import eventdesk_for
    from holdfast.cli.views import events as view

    with opened(ctx) as app:
        moment = datetime.fromisoformat(since_moment(app, since or "30d"))
        found = rulebook.backtest(eventdesk_for(app), workflow, moment)
        if as_json:
            show_json("holdfast.backtest/1", view.backtest_data(found))
        else:
            click.echo(view.backtest_text(found))
    return Exit.DONE


@command.command("trust")
@click.argument("workflow")
@options.reason
@click.pass_context
@options.exits(0, 1, 64)
def trust(ctx: click.Context, workflow: str, why: str) -> int:
    """
    Let WORKFLOW act again as it declares, after it lost trust and only proposed.

    It was lost by a run that did not pass its verify, by a person's undo, or by its
    breaker; `rule show` says which.
    """
    from holdfast.app import rulebook
    from holdfast.app import trust as trusting
    from holdfast.app.reacting import eventdesk_for

    with opened(ctx) as app:
        flow = rulebook.need_flow(eventdesk_for(app), workflow)
        trusting.give(app, flow, why)
        click.echo(f"{flow.name} acts again by itself.")
    return Exit.DONE
