"""``holdfast test``: tests of workflows, and a real run frozen into one."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.group import Group
from holdfast.cli.output import say, show_json
from holdfast.cli.project import opened
from holdfast.problems import Exit

_RUN = "run"
_OTHERS = ("record", "-h", "--help")


class _RunFirst(Group):
    """What names no other command is for ``run``: ``holdfast test FILE`` runs a file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments as those of ``run`` when they are no one else's."""
        others = bool(args) and args[0] in (*_OTHERS, _RUN)
        return super().parse_args(ctx, args if others else [_RUN, *args])


@click.group("test", cls=_RunFirst)
def command() -> None:
    """Test workflows: `holdfast test [FILE...]` runs tests, `record` makes one of a run."""


@command.command(_RUN)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--sweep",
    is_flag=True,
    help="Let every step fail, crash and time out in turn; report what would be left.",
)
@click.option("--junit", type=click.Path(dir_okay=False), help="Also write JUnit XML.")
@options.as_json
@click.pass_context
@options.exits(0, 1, 10, 64)
@options.example("holdfast test --sweep --junit report.xml")
def run(
    ctx: click.Context,
    files: tuple[str, ...],
    junit: str | None,
    *,
    sweep: bool,
    as_json: bool,
) -> int:
    """
    Run the tests in FILES, or all in `workflow-tests/`.

    Steps are faked and time costs none; what decides is what decides live.
    """
    from holdfast.app.testing.suite import run_tests
    from holdfast.app.testing.world import ground_of
    from holdfast.cli.views import tests as view
    from holdfast.cli.views.junit import junit_of

    tested = []
    with ground_of(Path(ctx.obj["directory"])) as ground:
        for one in run_tests(ground, [Path(name) for name in files], with_sweep=sweep):
            tested.append(one)
            if not as_json:
                click.echo(view.tested_text(one))
    if junit:
        problems = [problem for one in tested for problem in one.problems]
        written = junit_of([one.file for one in tested], problems, "holdfast test")
        Path(junit).write_text(written, encoding="utf-8")
    if as_json:
        show_json(
            "holdfast.test/1", {"tests": [view.tested_data(one) for one in tested]}
        )
    else:
        say(view.sum_text(tested))
    if not all(one.passed for one in tested):
        return Exit.FAILED
    found = any(one.swept and one.swept.findings for one in tested)
    return Exit.FINDINGS if found else Exit.DONE


@command.command("record")
@click.argument("run")
@click.option(
    "-o",
    "out",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write it there; `workflow-tests/RUN.yaml` of the project when not given.",
)
@click.pass_context
@options.exits(0, 1, 64)
@options.example("holdfast test record r12")
def record(ctx: click.Context, run: str, out: str | None) -> int:
    """
    Freeze RUN into a test: what started it, how its steps went, and what came of it.

    No value of a secret is in it.
    """
    from holdfast.app.testing.record import record as freeze
    from holdfast.app.testing.record import write
    from holdfast.app.testing.suite import named

    with opened(ctx) as app:
        path = write(app, run, freeze(app, run), Path(out) if out else None)
        say(f"Written: {named(app.root, path)}. Run it: holdfast test")
    return Exit.DONE
