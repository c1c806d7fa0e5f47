"""A plan for people and for machines."""

from collections.abc import Iterator, Sequence

import click

from holdfast.cli.output import problem_data, problem_text
from holdfast.model import Action, Change, Plan, differences
from holdfast.plan.diff import lines_of, unified
from holdfast.problems import Problem

_COLOURS = {
    Action.CREATE: "green",
    Action.UPDATE: "yellow",
    Action.REPLACE: "red",
    Action.DELETE: "red",
    Action.RUN: "cyan",
}
_LEGEND = "+ create   ~ update   ± replace   - delete   ▶ run   ! no way back"
_NAMED = 4


def human(plan: Plan) -> str:
    """
    A plan as a person reads it: worst first, equal changes on many hosts folded.

    Ends with a count, a legend and the digest an approval is for.
    """
    lines: list[str] = []
    for group in _folded(plan):
        lines += [*_group(group, plan), ""]
    lines += [problem_text(problem) for problem in plan.warnings]
    lines += [problem_text(problem) for problem in _once(plan)]
    if not plan:
        lines.append(_nothing(plan))
    else:
        lines += [summary(plan), click.style(_LEGEND, dim=True), f"Plan {plan.digest}"]
    return "\n".join(lines)


def summary(plan: Plan) -> str:
    """The counts in one line; a replace counts as a delete and a create."""
    counts = plan.counts
    replaced = counts[Action.REPLACE]
    told = {
        "create": counts[Action.CREATE] + replaced,
        "update": counts[Action.UPDATE],
        "delete": counts[Action.DELETE] + replaced,
        "run": counts[Action.RUN],
    }
    words = ", ".join(f"{count} to {word}" for word, count in told.items() if count)
    hosts = len({change.address.host for change in plan.changes})
    on = f"on {hosts} hosts" if hosts != 1 else "on 1 host"
    return f"{words} {on}; {len(plan.unchanged)} already as wanted."


def data(plan: Plan, *, everything: bool = False) -> dict[str, object]:
    """A plan as ``holdfast.plan/1``; with ``everything`` also what would not change."""
    counts = plan.counts
    unchanged = [
        {"address": str(address), "action": "none"}
        for address in (plan.unchanged if everything else ())
    ]
    environments = sorted({target.environment for target in plan.targets})
    return {
        "digest": plan.digest,
        "environment": ", ".join(environments),
        "commit": plan.commit,
        "purpose": plan.purpose,
        "targets": sorted(target.name for target in plan.targets),
        "summary": {action.value: counts[action] for action in Action},
        "changes": [*(_change(change, plan) for change in plan.changes), *unchanged],
        "problems": [
            problem_data(problem)
            for problem in (*plan.warnings, *plan.unknown.values())
        ],
    }


def _change(change: Change, plan: Plan) -> dict[str, object]:
    return {
        "address": str(change.address),
        "action": change.action.value,
        "before": _side(change.before),
        "after": _side(change.after),
        "changed": [name for name, _, _ in differences(change)],
        "diff": unified(change, plan.contents),
        "reversible": change.reversible,
        "declared": str(change.declared) if change.declared else None,
    }


def _side(side: object) -> object:
    if isinstance(side, dict):
        return {key: _side(value) for key, value in side.items()}
    if isinstance(side, tuple | list):
        return [_side(value) for value in side]
    return side if isinstance(side, bool | int | str | None) else str(side)


def _folded(plan: Plan) -> list[list[Change]]:
    """Changes that read the same on several hosts, together; worst action first."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in plan.changes:
        body = tuple(lines_of(change, plan.contents))
        key = (change.address.local, change.action, change.reversible, body)
        groups.setdefault(key, []).append(change)
    return sorted(groups.values(), key=lambda group: group[0].action.severity)


def _group(group: Sequence[Change], plan: Plan) -> Iterator[str]:
    first = group[0]
    colour = _COLOURS.get(first.action)
    if len(group) == 1:
        name = str(first.address)
    else:
        hosts = [change.address.host for change in group]
        more = f", … {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
        name = f"{first.address.local}  on {len(hosts)} hosts: "
        name += ", ".join(hosts[:_NAMED]) + more
    mark = click.style(f"{first.action.mark} {name}", fg=colour, bold=True)
    doomed = not first.reversible and first.address.kind != "handler"
    yield mark + (click.style("  ! no way back", fg="red") if doomed else "")
    for line in lines_of(first, plan.contents):
        yield "    " + _tinted(line)


def _tinted(line: str) -> str:
    if line.startswith("+") and not line.startswith("+++"):
        return click.style(line, fg="green")
    if line.startswith("-") and not line.startswith("---"):
        return click.style(line, fg="red")
    return line


def _once(plan: Plan) -> Iterator[Problem]:
    """Problems without repeating what is the same on many hosts."""
    yield from dict.fromkeys(plan.unknown.values())


def _nothing(plan: Plan) -> str:
    if plan.unknown:
        return (
            f"Nothing to do where it could be looked: {len(plan.unchanged)} as wanted."
        )
    return f"Nothing to do: {len(plan.unchanged)} things are as declared."
