"""Runbooks for people and for machines: how alive they are."""

from collections.abc import Iterable, Iterator
from typing import Any

import click

from holdfast.cli.views.runs import mark
from holdfast.cli.views.tasks import safe
from holdfast.model import State
from holdfast.model.moments import to_minute
from holdfast.ports import BlockRow, Proof, RunbookRow, RunbookSheet
from holdfast.ports.desks.runbooks import days_ago
from holdfast.ports.wire import to_wire

_MINUTE, _HOUR = 60, 3600


def listed(rows: Iterable[RunbookRow]) -> str:
    """Runbooks with how alive they are; first what is best automated next."""
    every = list(rows)
    if not every:
        return "No runbooks. Write one: runbooks/NAME.md"
    costly = max(every, key=lambda row: row.next_seconds)
    lines = [next_text(costly, costly.name), ""] if costly.next_seconds else []
    for row in every:
        lines.append(click.style(row.name, bold=True) + f"  {row.file}  {row.owner}")
        lines.append(f"    last proven: {proof_text(row.proven)}")
        if row.stale:
            lines.append(click.style(f"    stale: {row.stale}", fg="yellow"))
        lines.append(f"    {_shares(row)}")
    return "\n".join(lines)


def shown(sheet: RunbookSheet) -> str:
    """One runbook: first what is best automated next, then block by block."""
    row = sheet.row
    lines = [next_text(row, ""), ""] if row.next_seconds else []
    lines.append(click.style(row.name, bold=True) + f"  {row.file}  {row.owner}")
    lines.append(f"  last proven: {proof_text(row.proven)}")
    lines += [click.style(f"  stale: {row.stale}", fg="yellow")] if row.stale else []
    lines.append(f"  {_shares(row)}")
    for block in sheet.blocks:
        lines += _block(block)
    return "\n".join(lines)


def next_text(row: RunbookRow, of: str) -> str:
    """What costs people the most, and so is best automated next."""
    where = f"{of}, " if of else ""
    return (
        f"Automate next: {where}{safe(row.next)}, {spent(row.next_seconds)} "
        f"of people's time in the last {row.days} days"
    )


def proof_text(proven: Proof | None) -> str:
    """When, where and by whom it was last proven."""
    if proven is None:
        return "never"
    where = f" in {proven.environment}" if proven.environment else ""
    since = "" if proven.same else "; changed since"
    at = f"{days_ago(proven.age)} ({to_minute(proven.at)})"
    return f"{at}{where} by {proven.by}, {proven.run}{since}"


def spent(seconds: float) -> str:
    """So much of people's time."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    hours, rest = divmod(round(seconds), _HOUR)
    minutes = rest // _MINUTE
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def data(rows: Iterable[RunbookRow]) -> list[Any]:
    """Runbooks for machines."""
    return [to_wire(RunbookRow, row) for row in rows]


def sheet_data(sheet: RunbookSheet) -> dict[str, Any]:
    """One runbook for machines, without its text."""
    return {
        **to_wire(RunbookRow, sheet.row),
        "looked_at": sheet.looked_at,
        "blocks": [to_wire(BlockRow, block) for block in sheet.blocks],
    }


def _shares(row: RunbookRow) -> str:
    told = f"{row.automated} of {row.automated + row.manual} steps automated"
    return f"{told}, people spent {spent(row.seconds)}" if row.seconds else told


def _block(block: BlockRow) -> Iterator[str]:
    sign = mark(State(block.state)) if block.state else " "
    yield ""
    yield f"  {sign} {block.kind:<6} {safe(block.name)}  ({block.id})"
    told = f"runs: {block.runs}, failed: {block.failed}"
    if block.hands:
        told += f"; by people: {block.hands}, usually {spent(block.median)}"
        told += f", {spent(block.total)} in all"
    yield f"           {told}"
