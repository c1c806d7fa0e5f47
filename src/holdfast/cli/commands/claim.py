"""``holdfast claim``: one table of claims for runs and people."""

import click

from holdfast.cli import options
from holdfast.cli.output import say, show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit


@click.command("claim")
@click.argument("key", default="")
@click.option("--for", "duration", metavar="DURATION", default="1h", help="As `2h`.")
@options.reason
@click.option("--release", is_flag=True, help="Give it back.")
@options.as_json
@click.pass_context
@options.exits(0, 64, 75)
def command(
    ctx: click.Context,
    key: str,
    duration: str,
    why: str,
    *,
    release: bool,
    as_json: bool,
) -> int:
    """
    Take KEY (`host:web-3`, `environment:production`), release it, or list all claims.

    While a claim of somebody else holds, no run touches what is claimed.
    """
    from holdfast.app import claims
    from holdfast.cli.views.claims import claims_data, claims_text

    with opened(ctx) as app:
        if not key:
            held = app.store.claims.held(app.engine.clock.now())
            if as_json:
                show_json("holdfast.claims/1", {"claims": claims_data(held)})
            else:
                click.echo(claims_text(held))
            return Exit.DONE
        if release:
            given = claims.release(app, key)
            say(f"{key} is free." if given else f"{key} was not yours.")
            return Exit.DONE if given else Exit.BUSY
        if not why:
            message = "Say why with --why: the next one who waits will want to know."
            raise click.UsageError(message)
        taken = claims.claim(app, key, duration, why)
        ours = taken.holder == app.actor
        say(claims_text([taken]))
        return Exit.DONE if ours else Exit.BUSY
