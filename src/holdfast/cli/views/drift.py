"""Drift for people and for machines."""

from collections.abc import Iterator
from dataclasses import replace

import click

from holdfast.cli.output import problem_data, problem_text
from holdfast.engine import Drift, Finding, State
from holdfast.model import Value
from holdfast.plan.diff import lines_of
from holdfast.ports import Contents

_SHORT = 22


def human(drift: Drift, contents: Contents) -> str:
    """Drift first, then what was declared but not applied, then what is unknown."""
    lines: list[str] = []
    for state, title, colour in (
        (State.DRIFTED, "Drifted: not as it was left", "red"),
        (State.PENDING, "Pending: declared, not yet applied", "yellow"),
    ):
        found = drift.of(state)
        if found:
            lines.append(click.style(f"{title} ({len(found)})", fg=colour, bold=True))
            lines += [line for finding in found for line in _finding(finding, contents)]
            lines.append("")
    lines += [
        problem_text(problem) for problem in dict.fromkeys(drift.unknown.values())
    ]
    lines.append(
        f"{drift.in_sync} in sync, {len(drift.of(State.DRIFTED))} drifted, "
        f"{len(drift.of(State.PENDING))} pending, {drift.unseen} unknown; "
        f"coverage {drift.coverage} %."
    )
    if drift.findings:
        lines.append("Put it right with: holdfast apply")
    return "\n".join(lines)


def data(drift: Drift) -> dict[str, object]:
    """Drift as ``holdfast.drift/1``."""
    return {
        "summary": {
            "in_sync": drift.in_sync,
            "drifted": len(drift.of(State.DRIFTED)),
            "pending": len(drift.of(State.PENDING)),
            "unknown": drift.unseen,
            "coverage": drift.coverage,
        },
        "findings": [_data(finding) for finding in drift.findings],
        "problems": [problem_data(problem) for problem in drift.unknown.values()],
    }


def _finding(finding: Finding, contents: Contents) -> Iterator[str]:
    since = f"  since {finding.since}" if finding.since else ""
    by = f"  by {finding.by}" if finding.by else ""
    yield f"  {click.style(str(finding.address), bold=True)}{since}{by}"
    if finding.change.before is None:
        yield "      it is not there"
    elif finding.change.after is None:
        yield "      it is still there"
    for name in finding.attributes:
        yield from (f"      {line}" for line in _attribute(finding, name, contents))


def _attribute(finding: Finding, name: str, contents: Contents) -> Iterator[str]:
    """One attribute: contents as a difference, others as what they are and were."""
    observed, recorded, wanted = finding.attributes[name]
    if str(observed or wanted).startswith("sha256:"):
        both = finding.state is State.DRIFTED and recorded != wanted
        yield f"{name}: observed → wanted" + (
            "; the declaration has moved on too" if both else ""
        )
        change = replace(finding.change, before={name: observed}, after={name: wanted})
        yield from (f"  {line}" for line in lines_of(change, contents))
    elif finding.change.before is not None and finding.change.after is not None:
        yield (
            f"{name}: observed {_shown(observed)}, "
            f"recorded {_shown(recorded)}, wanted {_shown(wanted)}"
        )


def _data(finding: Finding) -> dict[str, object]:
    return {
        "address": str(finding.address),
        "state": finding.state.value,
        "since": finding.since or None,
        "by": finding.by or None,
        "attributes": {
            name: {"observed": _plain(o), "recorded": _plain(r), "wanted": _plain(w)}
            for name, (o, r, w) in finding.attributes.items()
        },
    }


def _plain(value: Value) -> object:
    return value if isinstance(value, bool | int | str | None) else str(value)


def _shown(value: Value) -> str:
    if value is None:
        return "(absent)"
    text = str(value)
    return f"{text[:_SHORT]}…" if len(text) > _SHORT else text
