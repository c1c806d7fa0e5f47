"""``holdfast check``: say everything that is wrong with the declarations."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.talk import problem_data, say, show_json, show_problems
from holdfast.problems import Exit, Severity


@click.command("check")
@options.as_json
@click.option("--junit", type=click.Path(dir_okay=False), help="Also write JUnit XML.")
@click.pass_context
@options.exits(0, 10, 64)
def command(ctx: click.Context, junit: str | None, *, as_json: bool) -> int:
    """Say everything that is wrong with the declarations, all of it at once."""
    from holdfast.app.checking import check_project
    from holdfast.cli.views.junit import junit_of

    problems, files = check_project(Path(ctx.obj["directory"]))
    if junit:
        Path(junit).write_text(junit_of(files, problems), encoding="utf-8")
    if as_json:
        show_json(
            "holdfast.check/1",
            {"files": len(files), "problems": [problem_data(p) for p in problems]},
        )
    else:
        show_problems(problems)
        say(f"{len(files)} files, {len(problems)} problems.")
    errors = any(problem.severity is Severity.ERROR for problem in problems)
    return Exit.FINDINGS if errors else Exit.DONE
