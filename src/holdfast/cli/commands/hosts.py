"""``holdfast hosts``: list hosts, their groups and facts."""

from typing import TYPE_CHECKING

import click

from holdfast.cli import options
from holdfast.cli.output import problem_text, say, show_json
from holdfast.cli.project import opened
from holdfast.model import Snapshot
from holdfast.problems import Exit

if TYPE_CHECKING:
    from holdfast.declare import HostEntry


@click.command("hosts")
@options.selectors
@options.as_json
@click.option(
    "--facts", is_flag=True, help="Ask the hosts what sort of machine they are."
)
@click.pass_context
@options.exits(0, 7, 64)
def command(
    ctx: click.Context, selectors: tuple[str, ...], *, as_json: bool, facts: bool
) -> int:
    """List the hosts that SELECTORS name, with groups and (--facts) what they are."""
    with opened(ctx) as app:
        entries = [app.project.hosts[name] for name in app.select(selectors).hosts]
        seen = app.facts(entry.name for entry in entries) if facts else Snapshot()
        if as_json:
            rows = [_row(entry, seen) for entry in entries]
            show_json("holdfast.hosts/1", {"hosts": rows})
            return Exit.UNREACHABLE if seen.unknown else Exit.DONE
        for entry in entries:
            groups = ",".join(sorted(entry.groups))
            click.echo(f"{entry.name}  {entry.environment}  {groups}")
            for key, value in seen.facts.get(entry.name, {}).items():
                click.echo(f"    {key}: {value}")
        for problem in seen.unknown.values():
            say(problem_text(problem))
        return Exit.UNREACHABLE if seen.unknown else Exit.DONE


def _row(entry: "HostEntry", seen: Snapshot) -> dict[str, object]:
    told = seen.facts.get(entry.name)
    return {
        "name": entry.name,
        "environment": entry.environment,
        "address": entry.address or entry.name,
        "groups": sorted(entry.groups),
        "facts": dict(told) if told else None,
    }
