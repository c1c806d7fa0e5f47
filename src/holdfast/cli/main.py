"""The root command: finds the others only when they are asked for."""

import sys
from importlib import import_module

import click

from holdfast import __version__
from holdfast.cli.group import Group
from holdfast.problems import Exit, HoldfastError

click.UsageError.exit_code = int(Exit.USAGE)

_HIDDEN = {"step"}
"""Commands that Holdfast itself calls."""

_COMMANDS = {
    "init": "Begin a project in this folder.",
    "check": "Say everything that is wrong with the declarations.",
    "plan": "Show what would change, and change nothing.",
    "apply": "Plan, ask, change, verify and record.",
    "drift": "Show what is no longer as it was left.",
    "undo": "Take a run back.",
    "run": "Run a workflow and follow it to its end.",
    "runs": "List runs of workflows; prune old ones.",
    "status": "Show one run: its jobs, what waits and why, its gates.",
    "logs": "Print what the steps of a run printed.",
    "approve": "Say yes to exactly what a run's gate shows.",
    "reject": "Say no to what a run's gate shows.",
    "break-glass": "In an emergency, ask to pass windows and freezes.",
    "done": "Say that a manual step of a run is done, failed or skipped.",
    "cancel": "End a run.",
    "workflows": "List workflows and what starts them.",
    "test": "Run tests of workflows; make one of a run.",
    "runbook": "Say when runbooks were last proven, and what to automate next.",
    "serve": "Serve pages and API, and work, in one process.",
    "token": "Give people tokens for the server.",
    "worker": "Work for runs on this machine; drain or list workers.",
    "resolve": "Say what happened to a change that is in doubt.",
    "history": "List what was changed, by whom and when.",
    "why": "Say why a thing is as it is, or why a run did what it did.",
    "evidence": "Write all that is known of a run into one HTML file.",
    "ledger": "Verify the chain of the ledger.",
    "database": "Say where the project's state is kept; move it to PostgreSQL.",
    "claim": "Take, release and list claims on hosts and environments.",
    "secret": "Keep, rotate, follow and scrub secrets.",
    "event": "List, show, send and replay events; answer about missed runs.",
    "outbox": "List, show, send again and give up what is on its way out.",
    "rule": "List what workflows answer to, and test them on stored events.",
    "schedule": "List schedules and what is due next; pause and resume them.",
    "rehearse": "Run it for real over a throw-away copy and list what it touched.",
    "hosts": "List hosts, their groups and facts.",
    "schema": "Print the JSON Schema of the project's files, for editors.",
    "explain": "Explain an error code.",
    "doctor": "Look for what could be in the way, with a fix for each.",
    "completion": "Print the completion script of your shell.",
}


class _Lazy(Group):
    """Imports a command's module when it is run, not when help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the work."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in _COMMANDS and cmd_name not in _HIDDEN:
            return None
        found = import_module(f"holdfast.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = found.command
        return command

    def told(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Each command's name with what it does, without importing anything."""
        return list(_COMMANDS.items())


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="Exit codes: 0 done, 1 failed, 2 changes (--detailed-exitcode), 3 refused, "
    "5/6 not verified, 7 unreachable, 9 in doubt, 64 usage, 75 busy.",
)
@click.version_option(__version__, "-V", "--version", prog_name="holdfast")
@click.option(
    "-C",
    "directory",
    metavar="DIR",
    default=".",
    help="The project's folder; found by walking up from here when not given.",
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="When to use colour; NO_COLOR and TERM=dumb are honoured.",
)
@click.pass_context
def holdfast(ctx: click.Context, directory: str, color: str, *, debug: bool) -> None:
    """Hold a backend to what is declared: plan, gate, apply, verify, record, undo."""
    from holdfast.cli.output import choose_colour

    ctx.obj = {"directory": directory, "debug": debug}
    ctx.color = choose_colour(color)


def main() -> None:
    """Run the command line; every error ends as words and an exit code."""
    try:
        status = holdfast.main(prog_name="holdfast", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.FAILED)
    except HoldfastError as error:
        from holdfast.cli.output import exit_for, show_error

        if "--debug" in sys.argv:
            raise
        show_error(error)
        sys.exit(exit_for(error))
    sys.exit(status if isinstance(status, int) else Exit.DONE)
