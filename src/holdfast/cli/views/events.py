"""Events, rules and missed runs, for people and for machines."""

import json
from collections.abc import Sequence

from holdfast.model import Pause
from holdfast.model.moments import stamp
from holdfast.ports import (
    BacktestRow,
    CircuitRow,
    DecisionRow,
    EventRow,
    RuleRow,
)


def event_data(row: EventRow) -> dict[str, object]:
    """One event as it is in ``holdfast.event/1``."""
    keys = ("workflow", "verb", "reason", "run")
    return {
        "id": row.id,
        "at": stamp(row.at),
        "source": row.source,
        "type": row.type,
        "action": row.action,
        "subject": row.subject,
        "decisions": [dict(zip(keys, line, strict=True)) for line in row.decisions],
        **({} if row.data is None else {"data": dict(row.data)}),
    }


def event_rows(rows: Sequence[EventRow]) -> list[dict[str, object]]:
    """One line an event."""
    return [
        {
            "event": row.id,
            "at": stamp(row.at),
            "source": row.source,
            "type": f"{row.type} {row.action}".strip(),
            "subject": row.subject[:40],
            "came": ", ".join(
                f"{name}: {run or verb}" for name, verb, _, run in row.decisions
            ),
        }
        for row in rows
    ]


def event_text(row: EventRow) -> str:
    """One event with everything that came of it, and its data."""
    lines = [
        f"{row.id}  {row.source} {row.type} {row.action}".rstrip(),
        f"  at       {stamp(row.at)}",
        f"  subject  {row.subject or '-'}",
    ]
    for name, verb, reason, run in row.decisions:
        lines.append(f"  {name}: {verb}{f' {run}' if run else ''}, {reason}")
    if not row.decisions:
        lines.append("  Nothing came of it so far. See: holdfast why " + row.id)
    if row.data is not None:
        lines.append(json.dumps(dict(row.data), indent=2, ensure_ascii=False))
    return "\n".join(lines)


def missed_rows(rows: Sequence[DecisionRow]) -> list[dict[str, object]]:
    """One line a missed run that somebody has to decide about."""
    return [
        {
            "number": row.number,
            "workflow": row.workflow,
            "due": stamp(row.at),
            "reason": row.reason,
        }
        for row in rows
    ]


def rule_data(row: RuleRow) -> dict[str, object]:
    """One rule as it is in ``holdfast.rules/1``."""
    return {
        "name": row.name,
        "file": row.file,
        "owner": row.owner,
        "autonomy": row.autonomy,
        "starts": list(row.starts),
        "limits": row.limits,
        "last_30_days": dict(row.came),
        "runs": dict(row.ended),
        "breakers": [_circuit_data(one) for one in row.circuits],
        "trust": list(row.trust),
        "takes_trust": row.takes_trust,
        "paused": pause_data(row.paused),
    }


def pause_data(paused: Pause | None) -> dict[str, object] | None:
    """Who paused it, since when, until when and why."""
    if paused is None:
        return None
    until = stamp(paused.until) if paused.until else None
    since = stamp(paused.since)
    return {"by": paused.by, "why": paused.why, "since": since, "until": until}


def rule_rows(rows: Sequence[RuleRow]) -> list[dict[str, object]]:
    """One line a rule."""
    return [
        {
            "rule": row.name,
            "autonomy": _autonomy(row),
            "starts": "; ".join(row.starts),
            "last 30 days": _counted(row.came),
            "breakers": _opened(row),
        }
        for row in rows
    ]


def paused_text(row: RuleRow) -> str:
    """Who paused a rule, and how it is resumed."""
    paused = row.paused
    if paused is None:
        return ""
    until = f" until {stamp(paused.until)}" if paused.until else ""
    return (
        f"by {paused.by} since {stamp(paused.since)}{until}: {paused.why}; "
        f"holdfast rule resume {row.file} --why TEXT"
    )


def rule_text(row: RuleRow, decisions: Sequence[DecisionRow]) -> str:
    """One rule and what it decided last."""
    lines = [
        f"{row.name}  {row.file}  {row.owner}".rstrip(),
        f"  autonomy  {row.autonomy}",
        *(f"  on        {start}" for start in row.starts),
        f"  limits    {row.limits or 'none'}",
        f"  30 days   {_counted(row.came)}",
        f"  its runs  {_counted(row.ended)}",
        *(_circuit_text(one) for one in row.circuits if one.state != "closed"),
        *(f"  trust     {line}" for line in row.trust),
        *([f"  paused    {paused_text(row)}"] if row.paused else []),
    ]
    for one in decisions:
        word, why = one.outcome or one.verb, one.why or one.reason
        run = f" {one.run}" if one.run else ""
        lines.append(f"  {stamp(one.at)}  {word}{run}  {one.target}  {why}")
    return "\n".join(lines)


def backtest_data(found: BacktestRow) -> dict[str, object]:
    """One backtest as it is in ``holdfast.backtest/1``."""
    return {
        "rule": found.name,
        "since": stamp(found.since),
        "until": stamp(found.until),
        "events": found.events,
        "targets": dict(found.targets),
        "differs": found.differs,
        "decisions": [
            {
                "at": stamp(one.at),
                "key": one.key,
                "verb": one.verb,
                "reason": one.reason,
                "events": list(one.events),
            }
            for one in found.answers
        ],
    }


def backtest_text(found: BacktestRow) -> str:
    """One backtest: the sum, the targets, and every decision."""
    counts = {one.verb: found.count(one.verb) for one in found.answers}
    said = ", ".join(f"{verb} {count}" for verb, count in counts.items())
    span = f"{found.events} events since {stamp(found.since)}"
    lines = [f"{found.name} over {span}: {said or 'nothing fits'}"]
    if found.targets:
        named = ", ".join(f"{name or '-'} {count}" for name, count in found.targets)
        lines.append(f"Starts by target: {named}")
    lines += [
        f"  {stamp(one.at)}  {one.verb:<8}{one.key}  {one.reason}"
        for one in found.answers
    ]
    if found.differs:
        lines.append(f"{found.differs} of these differ from what was decided live.")
    return "\n".join(lines)


def _circuit_data(row: CircuitRow) -> dict[str, object]:
    return {
        "target": row.target,
        "state": row.state,
        "reason": row.reason,
        "since": stamp(row.since) if row.since else None,
        "until": stamp(row.until) if row.until else None,
    }


def _circuit_text(row: CircuitRow) -> str:
    since = f" since {stamp(row.since)}" if row.since else ""
    until = f", until {stamp(row.until)}" if row.until else ""
    return f"  breaker   {row.target}: {row.state}{since}{until}; {row.reason}"


def _autonomy(row: RuleRow) -> str:
    """What a rule may do; a star where there is more to say."""
    word = "paused" if row.paused else row.autonomy
    return f"{word} *" if row.paused or row.trust else word


def _opened(row: RuleRow) -> str:
    return ", ".join(
        f"{one.target} {one.state}" for one in row.circuits if one.state != "closed"
    )


def _counted(counts: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{word} {count}" for word, count in counts) or "nothing"
