"""What was changed, as rows."""

from collections.abc import Iterable, Sequence

import click

from holdfast.model import Entry
from holdfast.record import Act, RunStory

_COLOURS = {"done": "green", "failed": "red", "in-doubt": "magenta"}


def runs(stories: Iterable[RunStory]) -> list[dict[str, object]]:
    """One row a run."""
    return [
        {
            "run": story.run,
            "at": story.started,
            "actor": story.actor,
            "purpose": f"{story.purpose}, glass broken"
            if story.broken
            else story.purpose,
            "outcome": story.outcome or "still running",
            "changes": story.changes,
        }
        for story in stories
    ]


def acts(done: Iterable[Act]) -> list[dict[str, object]]:
    """One row for what somebody did beside runs, as those of runs are."""
    return [
        {
            "run": "",
            "at": act.at,
            "actor": act.actor,
            "purpose": f"{act.what}: {act.why}" if act.why else act.what,
            "outcome": "",
            "changes": None,
        }
        for act in done
    ]


def changes(entries: Sequence[Entry]) -> list[dict[str, object]]:
    """One row an entry of one address."""
    return [
        {
            "run": entry.run,
            "at": entry.at,
            "actor": entry.actor,
            "event": entry.event.value,
            "address": str(entry.address) if entry.address else None,
            "action": entry.body.get("action"),
        }
        for entry in entries
    ]


def table(rows: Sequence[dict[str, object]]) -> str:
    """Rows as aligned columns, newest first."""
    if not rows:
        return "Nothing was changed yet."
    names = list(rows[0])
    cells = [[_cell(name, row[name]) for name in names] for row in rows]
    widths = [
        max(len(name), *(len(line[index]) for line in cells))
        for index, name in enumerate(names)
    ]
    head = "  ".join(n.upper().ljust(w) for n, w in zip(names, widths, strict=True))
    lines = [click.style(head.rstrip(), bold=True)]
    for line in cells:
        padded = [
            click.style(cell.ljust(width), fg=_COLOURS.get(cell))
            for cell, width in zip(line, widths, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    return text[:19].replace("T", " ") if name == "at" else text
