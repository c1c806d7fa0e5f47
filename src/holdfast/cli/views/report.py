"""How a run ended, for people and for machines."""

from collections.abc import Iterator

import click

from holdfast.cli.output import problem_data, problem_text
from holdfast.engine import Report
from holdfast.model import Event

_FEW = 8
_ORDER = (
    (Event.SUCCEEDED, "changed", "green"),
    (Event.FAILED, "failed", "red"),
    (Event.IN_DOUBT, "in doubt", "magenta"),
    (Event.UNREACHABLE, "unreachable", "red"),
    (Event.SKIPPED, "not begun", "yellow"),
)


def human(report: Report) -> str:
    """Everything that is not well in full, what went well as a count."""
    lines = list(_problems(report))
    lines += [
        f"{click.style(word, fg=colour)}: {_named(report, event)}"
        for event, word, colour in _ORDER
        if event is not Event.SUCCEEDED and report.walked.of(event)
    ]
    counts = ", ".join(
        f"{len(report.walked.of(event))} {word}"
        for event, word, _ in _ORDER
        if report.walked.of(event)
    )
    lines.append(
        f"{click.style(_word(report), bold=True)}  {counts or 'nothing done'}."
    )
    lines.append(f"Run {report.run}. Take it back with: holdfast undo {report.run}")
    return "\n".join(lines)


def data(report: Report) -> dict[str, object]:
    """A run as ``holdfast.run/1``."""
    return {
        "run": report.run,
        "digest": report.plan.digest,
        "outcome": report.exit.name.lower().replace("_", "-"),
        "exit": int(report.exit),
        "verified": report.proof.holds,
        "changes": [
            {
                "address": str(outcome.change.address),
                "event": outcome.event.value,
                "status": outcome.status,
                "problem": problem_data(outcome.problem) if outcome.problem else None,
            }
            for outcome in report.walked.outcomes
        ],
        "problems": [
            problem_data(problem)
            for problem in (
                *report.plan.unknown.values(),
                *report.proof.failed_checks,
                *report.proof.unknown,
            )
        ],
    }


def _problems(report: Report) -> Iterator[str]:
    for problem in dict.fromkeys(
        outcome.problem for outcome in report.walked.outcomes if outcome.problem
    ):
        yield problem_text(problem)
    if report.walked.stopped:
        yield problem_text(report.walked.stopped)
    if report.plan.unknown:
        where = ", ".join(report.plan.unknown)
        yield click.style(f"could not be looked at, left alone: {where}", fg="yellow")
    for problem in (*report.proof.failed_checks, *report.proof.unknown):
        yield problem_text(problem)
    for change in report.proof.remaining:
        yield click.style(f"does not hold: {change.address}", fg="red")


def _named(report: Report, event: Event) -> str:
    """Each change while they are few, else how many on which hosts."""
    addresses = [outcome.change.address for outcome in report.walked.of(event)]
    if len(addresses) <= _FEW:
        return ", ".join(map(str, addresses))
    hosts = list(dict.fromkeys(address.host for address in addresses))
    more = f" and {len(hosts) - _FEW} more" if len(hosts) > _FEW else ""
    on = "host" if len(hosts) == 1 else "hosts"
    return (
        f"{len(addresses)} changes on {len(hosts)} {on}: "
        f"{', '.join(hosts[:_FEW])}{more} (each of them with --json)"
    )


def _word(report: Report) -> str:
    if report.exit == 0:
        return "Done and verified."
    return f"Ended as {report.exit.name.lower().replace('_', ' ')}."
