"""Concurrency groups of runs: which a run is in, who is ahead, and who gives way."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Workflow
from holdfast.engine.runs.request import Request
from holdfast.expressions.coerce import to_text
from holdfast.plan import filled
from holdfast.ports import RunRow, RunTransaction


def group_of(
    transaction: RunTransaction, request: Request, contexts: Mapping[str, Any]
) -> str:
    """
    The group of a new run, empty for none; one that is called is in its caller's with it.

    Raises ``ExpressionError``.
    """
    if request.flow.concurrency is None:
        return ""
    group = to_text(filled(request.flow.concurrency.group, contexts))
    above = request.parent
    while above and (row := transaction.run(above.partition("/")[0])) is not None:
        if row.group == group:
            return ""
        above = row.parent
    return group


def ahead_of(transaction: RunTransaction, run: str) -> RunRow | None:
    """The run of the same group that has to end before this one begins."""
    row = transaction.run(run)
    if row is None or not row.group:
        return None
    first = next(iter(transaction.in_group(row.group)), row)
    return None if first.id == run else first


def replaced_by(
    transaction: RunTransaction,
    row: RunRow,
    flow: Workflow,
    contexts: Mapping[str, Any],
) -> tuple[RunRow, ...]:
    """
    Who gives way to a newer run of its group: one that waits, and one that is to end.

    Raises ``ExpressionError``.
    """
    if not row.group or flow.concurrency is None:
        return ()
    first, *others = transaction.in_group(row.group)
    waiting = others[:-1] if flow.concurrency.queue == "single" else []
    ends = filled(flow.concurrency.cancel_in_progress, contexts) in {True, "true"}
    return (first, *waiting) if ends and first.id != row.id else tuple(waiting)
