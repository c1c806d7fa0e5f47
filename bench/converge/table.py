"""Medians, and ratios taken inside a round, as a Markdown table."""

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

Row = dict[str, Any]
BASES = ("floor py", "floor as-py-curve")
HEAD = (
    "| tool | first apply s | x `py` | no-op s | min..max | x `py` | x `as-py-curve` "
    "| CPU s | MB | wrong |\n|---|---|---|---|---|---|---|---|---|---|"
)


def _of(rows: list[Row], tool: str, phase: str) -> list[Row]:
    return [r for r in rows if r["tool"] == tool and r["phase"] == phase]


def _ratio(rows: list[Row], tool: str, phase: str, base: str) -> str:
    floor = {r["round"]: r["wall"] for r in _of(rows, base, phase)}
    found = [
        r["wall"] / floor[r["round"]]
        for r in _of(rows, tool, phase)
        if r["round"] in floor
    ]
    return f"{median(found):.2f}" if found else "-"


def _median(rows: list[Row], key: str, form: str = "{:.3f}") -> str:
    values = [r[key] for r in rows if key in r]
    return form.format(median(values)) if values else "-"


def _line(rows: list[Row], tool: str) -> str:
    first, again = _of(rows, tool, "first"), _of(rows, tool, "no-op")
    walls = [r["wall"] for r in again]
    spread = f"{min(walls):.3f}..{max(walls):.3f}" if walls else "-"
    wrong = sum(r.get("wrong", 0) for r in first + again)
    cells = [
        tool,
        _median(first, "wall"),
        _ratio(rows, tool, "first", BASES[0]),
        _median(again, "wall"),
        spread,
        _ratio(rows, tool, "no-op", BASES[0]),
        _ratio(rows, tool, "no-op", BASES[1]),
        _median(again, "cpu"),
        _median(again, "rss_mb", "{:.0f}"),
        str(wrong),
    ]
    return "| " + " | ".join(cells) + " |"


def rendered(rows: list[Row]) -> str:
    """One table for each number of hosts."""
    parts = []
    for hosts, count in sorted({(r["hosts"], r["resources"]) for r in rows}):
        own = [r for r in rows if (r["hosts"], r["resources"]) == (hosts, count)]
        tools = list(dict.fromkeys(r["tool"] for r in own))
        lines = "\n".join(_line(own, tool) for tool in tools)
        parts.append(f"### {hosts} hosts, {count} resources each\n\n{HEAD}\n{lines}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text()
    print(rendered([json.loads(line) for line in text.splitlines()]))
