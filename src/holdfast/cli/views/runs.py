"""Runs for people and for machines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from shlex import quote
from typing import Any

import click

from holdfast.cli.views.tasks import tasks, tasks_data
from holdfast.model import JobView, State, StepView
from holdfast.model.leaves import Line, Part
from holdfast.model.moments import to_second
from holdfast.ports import GateSheet, RunRow, RunSheet, WorkerRow, WorkflowRow
from holdfast.problems import Exit

_COLOURS = {
    State.SUCCEEDED: "green",
    State.FAILED: "red",
    State.REJECTED: "red",
    State.EXPIRED: "red",
    State.CANCELLED: "yellow",
    State.GATED: "magenta",
    State.IN_DOUBT: "magenta",
    State.RUNNING: "cyan",
}
_GATES = {"glass": "The glass", "manual": "Work", "proposal": "Proposal"}
_MINUTE = 60
_EXITS = {
    State.SUCCEEDED: Exit.DONE,
    State.SKIPPED: Exit.DONE,
    State.REJECTED: Exit.REFUSED,
    State.EXPIRED: Exit.REFUSED,
    State.GATED: Exit.PENDING,
    State.IN_DOUBT: Exit.IN_DOUBT,
}


def exit_of(state: State) -> Exit:
    """The exit code a run's state stands for."""
    if state in _EXITS:
        return _EXITS[state]
    return Exit.FAILED if state.is_end else Exit.PENDING


def styled(state: State, text: str = "") -> str:
    """A state's word, or a text, in the state's colour."""
    return click.style(text or state.value, fg=_COLOURS.get(state))


def mark(state: State) -> str:
    """The sign of a state."""
    return styled(state, state.sign)


def lasted(since: str | datetime, until: str | datetime | None) -> str:
    """How long something took, ``1m05s``; empty while it is at work."""
    begin, end = _moment(since), _moment(until or "")
    if begin is None or end is None:
        return ""
    seconds = (end - begin).total_seconds()
    if seconds < _MINUTE:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"


def listed(rows: Iterable[RunRow]) -> str:
    """Runs as a table, one a line."""
    lines = [
        f"{mark(row.state)} {row.id:<6} {styled(row.state, f'{row.state.value:<10}')} "
        f"{row.created:%Y-%m-%d %H:%M:%S}  {lasted(row.created, row.ended or ''):>7}  "
        f"{row.actor:<12} {row.title}" + (f"  ({row.why})" if row.why else "")
        for row in rows
    ]
    return "\n".join(lines) or "No runs."


def human(sheet: RunSheet) -> str:
    """One run: its jobs in order, what waits and why, and its gates."""
    row, view = sheet.row, sheet.view
    lines = [
        f"{mark(row.state)} {row.id}  {row.title}  {styled(row.state)}"
        + (f": {row.why}" if row.why else ""),
        f"  by {row.actor} at {to_second(row.created)}"
        + (f", {took}" if (took := lasted(row.created, row.ended or "")) else ""),
    ]
    for job in sheet.jobs:
        views = view.of(job.id)
        if not views:
            told = _waits_of(job.id, sheet.waits)
            lines.append(f"  · {job.name}" + (f"  waits: {told}" if told else ""))
        for one in views:
            lines += _job(one, sheet)
    if why := sheet.waits.get(""):
        lines.append(f"  waits: {why}")
    for key in sheet.closed:
        lines.append(
            f"  in an emergency: holdfast break-glass {row.id} {quote(key)} --why TEXT"
        )
    for gate in sheet.gates:
        lines += _gate(row.id, gate)
    lines += tasks(row.id, view)
    return "\n".join(lines)


def _waits_of(job: str, waits: Mapping[str, str]) -> str:
    mine = (why for key, why in waits.items() if key.partition(".")[0] == job)
    return ", ".join(dict.fromkeys(mine))


def _job(job: JobView, sheet: RunSheet) -> list[str]:
    took = _took(job, sheet)
    waits = sheet.waits.get(job.key, "")
    why = job.why or (f"waits: {waits}" if waits else "")
    told = [f"{mark(job.state)} {sheet.name(job.key)}", took, _deployed(job), why]
    lines = ["  " + "  ".join(part for part in told if part)]
    for index, step in sorted(job.steps.items()):
        lines += _step(job.key, step, sheet.step(job.key, index), sheet)
    return lines


def _deployed(job: JobView) -> str:
    """Where a job that succeeded deployed to."""
    if not job.deployment or job.state is not State.SUCCEEDED:
        return ""
    url = job.deployment.get("url", "")
    return f"deployed to {job.deployment['environment']}" + (f": {url}" if url else "")


def _took(one: JobView | StepView, sheet: RunSheet) -> str:
    """How long a job or step took, or is at work by now."""
    until = one.ended or (sheet.seen if one.state is State.RUNNING else None)
    return lasted(one.started, until) if one.started else ""


def _step(job: str, step: StepView, name: str, sheet: RunSheet) -> list[str]:
    took = _took(step, sheet)
    by_hand = "evidence" in (step.body.get("outputs") or {})
    tells = by_hand or step.outcome != "success"
    told = str(step.body.get("why", "")) if tells else ""
    parts = [f"{mark(step.state)} {name}", took, told]
    lines = ["      " + "  ".join(part for part in parts if part)]
    if step.state is State.IN_DOUBT:
        lines += [f"        | {line}" for line in step.body.get("lines") or ()]
        lines.append(f"        {step.body.get('question')}")
        named = f"{sheet.row.id} {quote(job)}"
        lines.append(f"        holdfast resolve {named} --as made|not-made|failed")
    for note in step.body.get("annotations") or ():
        where = f" {note['file']}:{note.get('line', 1)}" if note.get("file") else ""
        lines.append(f"        {note['level']}{where}: {note['text']}")
    return lines


def _gate(run: str, gate: GateSheet) -> list[str]:
    who = " or ".join(gate.may) or "anybody"
    lines = [
        "",
        click.style(f"  {_GATES.get(gate.kind, 'Gate')} of {gate.job}", bold=True)
        + f": {gate.count} yes of {who}"
        + (
            f", until {gate.expires[:19].replace('T', ' ')} UTC" if gate.expires else ""
        ),
        f"    {gate.digest}",
    ]
    lines += [f"    {click.style('!', fg='yellow')} {text}" for text in gate.warnings]
    lines += [f"    yes from {given}" for given in gate.given]
    if gate.moved:
        lines.append(f"    different from {gate.against}:")
        for part, before, now in gate.moved:
            lines.append(f"      {part}")
            lines += _side("-", before, "red") + _side("+", now, "green")
    else:
        lines += _shown(gate.parts)
    exactly = f" --digest {gate.digest}" if gate.kind == "glass" else ""
    named = f"{run} {quote(gate.job)}{exactly}"
    lines.append(f"    holdfast approve {named} --why TEXT   (or reject)")
    return lines


def _side(mark: str, text: str, colour: str) -> list[str]:
    """What was shown before, or is now: every line of it behind its mark."""
    return [
        click.style(f"        {mark} {one}", fg=colour) for one in text.splitlines()
    ]


def _shown(parts: Iterable[Part]) -> Iterator[str]:
    """Everything a digest stands for; what is a single text stands behind its name."""
    for name, entries in parts:
        if len(entries) == 1 and not entries[0][0]:
            yield from _under(4, name, entries[0][1])
            continue
        yield f"    {name}:"
        for key, lines in entries:
            yield from _under(6, key, lines)


def _under(indent: int, name: str, lines: Sequence[Line]) -> Iterator[str]:
    if len(lines) > 1 or lines[0][0]:
        yield f"{' ' * indent}{name}:"
        for path, text in lines:
            yield from _under(indent + 2, path, [("", text)])
        return
    first, *more = lines[0][1].splitlines()
    yield f"{' ' * indent}{name}: {first}" if name else f"{' ' * indent}{first}"
    yield from (f"{' ' * indent}  {line}" for line in more)


def flows(rows: Iterable[WorkflowRow]) -> str:
    """Workflows with what starts them."""
    lines = []
    for row in rows:
        lines.append(click.style(row.name, bold=True) + f"  {row.file}  {row.owner}")
        if row.refused:
            lines.append(
                click.style(f"    cannot be run here: {row.refused}", fg="yellow")
            )
            continue
        lines.append(f"    starts: {'; '.join(row.starts) or 'nothing'}")
        if row.next:
            times = ", ".join(f"{at:%m-%d %H:%M}" for at in row.next)
            lines.append(f"    next (UTC): {times}")
    return "\n".join(lines) or "No workflows. Write one: workflows/NAME.yaml"


def crew(rows: Iterable[WorkerRow], now: datetime) -> str:
    """Workers, one a line."""
    lines = []
    for row in rows:
        state = "draining" if row.draining else "alive" if row.lease > now else "gone"
        state = "left" if row.has_left else state
        labels = ", ".join(row.labels)
        lines.append(f"{row.name:<20} {state:<9} {row.slots} slots  {labels}")
    return "\n".join(lines) or "No workers. Start one: holdfast worker"


def row_data(row: RunRow) -> dict[str, Any]:
    """One run in a list, for machines."""
    return {
        "id": row.id,
        "workflow": row.workflow,
        "title": row.title,
        "state": row.state.value,
        "actor": row.actor,
        "created": row.created.isoformat(),
        "ended": row.ended.isoformat() if row.ended else None,
        "why": row.why,
        "parent": row.parent,
        "trigger": row.trigger,
    }


def data(sheet: RunSheet) -> dict[str, Any]:
    """One run, for machines."""
    return {
        **row_data(sheet.row),
        "waits": dict(sheet.waits),
        "closed": list(sheet.closed),
        "jobs": [_job_data(job) for job in sheet.view.jobs.values()],
        "tasks": tasks_data(sheet.view),
        "gates": [_gate_data(gate) for gate in sheet.gates],
    }


def _job_data(job: JobView) -> dict[str, Any]:
    return {
        "key": job.key,
        "name": job.name or job.key,
        "state": job.state.value,
        "why": job.why,
        "outputs": dict(job.outputs),
        "deployment": dict(job.deployment),
        "steps": [_step_data(step) for _, step in sorted(job.steps.items())],
    }


def _step_data(step: StepView) -> dict[str, Any]:
    return {
        "index": step.index,
        "state": step.state.value,
        "outcome": step.outcome,
        "attempt": step.attempt,
        "why": step.body.get("why", ""),
        "annotations": list(step.body.get("annotations") or ()),
    }


def _gate_data(gate: GateSheet) -> dict[str, Any]:
    return {
        "job": gate.job,
        "kind": gate.kind,
        "digest": gate.digest,
        "count": gate.count,
        "given": list(gate.given),
        "may": list(gate.may),
        "expires": gate.expires,
        "shows": gate.shows,
        "against": gate.against,
        "moved": [list(one) for one in gate.moved],
        "warnings": list(gate.warnings),
    }


def _moment(when: str | datetime) -> datetime | None:
    if isinstance(when, datetime):
        return when
    return datetime.fromisoformat(when).astimezone(UTC) if when else None
