"""``holdfast doctor``: look for what could be in the way."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.output import show_json
from holdfast.problems import Exit

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}


@click.command("doctor")
@options.as_json
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, *, as_json: bool) -> int:
    """Look for what could be in the way, with a fix for each finding."""
    from holdfast.app.doctor import examine

    findings = examine(Path(ctx.obj["directory"]))
    if as_json:
        show_json("holdfast.doctor/1", {"findings": [f.data() for f in findings]})
    else:
        for finding in findings:
            sign, colour = _SIGNS[finding.state]
            click.echo(
                f"{click.style(sign, fg=colour)} {finding.check}: {finding.seen}"
            )
            if finding.fix:
                click.echo(f"    Fix: {finding.fix}")
    bad = any(finding.state == "error" for finding in findings)
    return Exit.FAILED if bad else Exit.DONE
