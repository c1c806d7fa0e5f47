"""``holdfast rehearse``: run it for real over a throw-away copy of the target."""

import click

from holdfast.cli import options
from holdfast.cli.output import say, show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("rehearse")
@click.argument("what", nargs=-1, required=True)
@click.option("--host", required=True, help="The host to rehearse on.")
@click.option("--net/--no-net", default=True, help="Leave the network on or cut it.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 7, 64)
def command(
    ctx: click.Context, what: tuple[str, ...], host: str, *, net: bool, as_json: bool
) -> int:
    """
    Run WHAT, a config's name or a command, over a throw-away overlay of the target's `/`.

    Lists what it made, changed and deleted. It cannot hold back what goes over the
    network, services, kernel settings or devices; root on the target is needed.
    """
    from dataclasses import asdict

    from holdfast.app.rehearsing import rehearse

    with opened(ctx) as app:
        rehearsal = rehearse(app, what, host, net=net)
        if as_json:
            show_json("holdfast.rehearsal/1", asdict(rehearsal))
            return Exit.DONE if rehearsal.status == 0 else Exit.FAILED
        for touched in rehearsal.touched:
            click.echo(f"{touched.what:8} {touched.size:>10}  {touched.path}")
        if rehearsal.output:
            say(rehearsal.output)
        say(f"Ended with {rehearsal.status}; {len(rehearsal.touched)} things touched.")
        say("Not held back: network effects, services, kernel settings, devices.")
        return Exit.DONE if rehearsal.status == 0 else Exit.FAILED
