"""``holdfast evidence``: all that is known of a run in one file."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.output import say
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("evidence")
@click.argument("run")
@click.option("-o", "out", type=click.Path(dir_okay=False), help="Where to write it.")
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, run: str, out: str | None) -> int:
    """Write all that is known of RUN into one HTML file, readable without a network."""
    from holdfast.app.answers import evidence
    from holdfast.cli.views.evidence import page

    with opened(ctx) as app:
        known = evidence(app, run)
        path = Path(out or f"evidence-{run}.html")
        text = page(known.told, known.entries, known.contents)
        path.write_text(text, encoding="utf-8")
        say(f"Written to {path}")
        return Exit.DONE
