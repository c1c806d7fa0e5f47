"""``holdfast history``: what was changed, by whom and when."""

import click

from holdfast.cli import options
from holdfast.cli.output import show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("history")
@click.argument("address", default="")
@options.as_json
@click.option("--since", metavar="WHEN", default="", help="As `7d` or `2026-11-01`.")
@click.option(
    "--limit", type=click.IntRange(1, 10000), default=20, help="Rows at most."
)
@click.pass_context
@options.exits(0, 1, 64)
def command(
    ctx: click.Context, address: str, since: str, limit: int, *, as_json: bool
) -> int:
    """
    List runs and what people did beside them, or every change of one thing.

    That is ADDRESS, whole or with `*`. Newest first.
    """
    from holdfast.app.answers import acts, since_moment, stories
    from holdfast.app.planning.addresses import pattern_of
    from holdfast.cli.views import history as view

    with opened(ctx) as app:
        moment = since_moment(app, since)
        if address:
            entries = app.store.ledger.of_address(
                pattern_of(app.project, address), since=moment, limit=limit
            )
            rows = view.changes(entries)
        else:
            rows = view.runs(stories(app, limit, moment))
            rows += view.acts(acts(app, limit, moment))
            rows.sort(key=lambda row: str(row["at"]), reverse=True)
            rows = rows[:limit]
        if as_json:
            show_json("holdfast.history/1", {"entries": rows})
        else:
            click.echo(view.table(rows))
    return Exit.DONE
