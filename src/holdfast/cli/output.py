"""Talk goes to standard error, data to standard output."""

import json
import os
import sys
from collections.abc import Iterable, Mapping

import click

from holdfast.ports import Unreachable
from holdfast.problems import Exit, HoldfastError, Problem, Severity

_COLOURS = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}
_BUSY = {"app.busy"}
_REFUSED = {
    "engine.claimed",
    "engine.not-allowed",
    "apply.not-judged",
    "app.stale-plan",
}


def choose_colour(wish: str) -> bool | None:
    """Whether to colour; ``None`` leaves it to whether the output is a terminal."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("CLICOLOR_FORCE", "0") != "0" else None


def say(text: str = "") -> None:
    """One line to the person."""
    click.echo(text, err=True)


def show_problems(problems: Iterable[Problem]) -> None:
    """Every problem with what to do about it."""
    for problem in problems:
        say(problem_text(problem))


def show_error(error: HoldfastError) -> None:
    """Every problem an error carries."""
    show_problems(error.problems)


def problem_text(problem: Problem) -> str:
    """
    One problem for people.

    The word and code first, then what was seen, the next step, and the place.
    """
    colour = _COLOURS[problem.severity]
    word = click.style(f"{problem.severity.value} {problem.code}", fg=colour, bold=True)
    lines = [f"{word}  {problem.summary}"]
    lines += [f"  {line}" for line in problem.detail.splitlines()]
    if problem.next_step:
        lines.append(f"  {click.style('Next:', bold=True)} {problem.next_step}")
    if problem.place:
        lines.append(f"  at {problem.place}")
    return "\n".join(lines)


def problem_data(problem: Problem) -> dict[str, object]:
    """One problem for machines."""
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "summary": problem.summary,
        "detail": problem.detail,
        "next_step": problem.next_step,
        "place": str(problem.place) if problem.place else None,
    }


def show_json(schema: str, data: Mapping[str, object]) -> None:
    """One object with its schema on standard output."""
    click.echo(json.dumps({"schema": schema, **data}, ensure_ascii=False))


def exit_for(error: HoldfastError) -> Exit:
    """The exit code that fits an error."""
    codes = {problem.code for problem in error.problems}
    if isinstance(error, Unreachable):
        return Exit.UNREACHABLE
    if codes & _BUSY:
        return Exit.BUSY
    if codes & _REFUSED or any(code.startswith("gate.") for code in codes):
        return Exit.REFUSED
    return Exit.FAILED


def can_ask() -> bool:
    """Whether there is a person at a terminal who may be asked."""
    quiet = os.environ.get("CI") or os.environ.get("HOLDFAST_NO_INPUT")
    return sys.stdin.isatty() and not quiet


def confirmed(question: str) -> bool:
    """Ask for the word ``yes``; anything else is a no."""
    return bool(click.prompt(question, default="no", err=True) == "yes")
