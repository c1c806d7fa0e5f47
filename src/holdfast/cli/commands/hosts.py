"""``holdfast hosts``: list hosts, their groups and facts."""

import click

from holdfast.cli import options
from holdfast.cli.opened import opened
from holdfast.cli.talk import problem_text, say, show_json
from holdfast.problems import Exit


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
        names = app.select(selectors).hosts
        seen = app.look_facts(names) if facts else None
        rows = [
            {
                "name": name,
                "environment": app.project.hosts[name].environment,
                "groups": sorted(app.project.hosts[name].groups),
                "facts": dict(seen.facts.get(name, {})) if seen else None,
            }
            for name in names
        ]
        if as_json:
            show_json("holdfast.hosts/1", {"hosts": rows})
            return Exit.UNREACHABLE if seen and seen.unknown else Exit.DONE
        for row in rows:
            click.echo(
                f"{row['name']}  {row['environment']}  {','.join(row['groups'])}"
            )
            for key, value in (row["facts"] or {}).items():
                click.echo(f"    {key}: {value}")
        for problem in seen.unknown.values() if seen else ():
            say(problem_text(problem))
        return Exit.UNREACHABLE if seen and seen.unknown else Exit.DONE
