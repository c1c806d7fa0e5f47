"""``holdfast check``: say everything that is wrong with the declarations."""

from collections.abc import Sequence
from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.output import problem_data, say, show_json, show_problems
from holdfast.problems import Exit, Problem, Severity

_WORDS = [severity.value for severity in Severity]


@click.command("check")
@options.as_json
@click.option(
    "--fail-on",
    type=click.Choice(_WORDS),
    default=Severity.ERROR.value,
    show_default=True,
    help="End with 10 when something at least as grave is found.",
)
@click.option("--junit", type=click.Path(dir_okay=False), help="Also write JUnit XML.")
@click.option(
    "--sarif", type=click.Path(dir_okay=False), help="Also write SARIF 2.1.0."
)
@click.pass_context
@options.exits(0, 10, 64)
def command(
    ctx: click.Context,
    fail_on: str,
    junit: str | None,
    sarif: str | None,
    *,
    as_json: bool,
) -> int:
    """
    Say everything that is wrong with the declarations, all of it at once.

    That is what cannot be read, and what would fail or do nothing when it is run: names
    that are never there, jobs nothing reaches, gates nobody can open, secrets nothing has.
    Nothing is run, no host is asked and no secret is opened: a Vault that `secrets:` of
    holdfast.yaml names is asked which names it has, with the token from env: or file:.
    """
    from holdfast.app.checking import check_project
    from holdfast.cli.views.junit import junit_of
    from holdfast.cli.views.sarif import sarif_of

    problems, files = check_project(Path(ctx.obj["directory"]))
    if junit:
        Path(junit).write_text(junit_of(files, problems), encoding="utf-8")
    if sarif:
        Path(sarif).write_text(sarif_of(problems), encoding="utf-8")
    if as_json:
        show_json(
            "holdfast.check/1",
            {"files": len(files), "problems": [problem_data(p) for p in problems]},
        )
    else:
        show_problems(problems)
        plural = "" if len(files) == 1 else "s"
        say(f"{len(files)} file{plural}, {_counted(problems)}.")
    least = Severity(fail_on).rank
    grave = any(problem.severity.rank >= least for problem in problems)
    return Exit.FINDINGS if grave else Exit.DONE


def _counted(problems: Sequence[Problem]) -> str:
    """``3 problems (1 error, 2 notes)``."""
    sorts = ((word, sum(p.severity.value == word for p in problems)) for word in _WORDS)
    told = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in sorts if n]
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    return count + (f" ({', '.join(told)})" if told else "")
