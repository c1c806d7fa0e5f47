"""Why a run or a workflow is as it is, in sentences. Pure."""

from collections.abc import Sequence
from datetime import datetime

from holdfast.model import JobView, RunView, State
from holdfast.model.moments import to_second
from holdfast.ports import GateSheet, RunRow, RunSheet, WorkflowRow


def why_run(sheet: RunSheet) -> list[str]:
    """What started it, how it stands, and everything it waits for."""
    row, view = sheet.row, sheet.view
    event = (view.started.get("github") or {}).get("event_name", "")
    started = view.started.get("why") or event
    who = f"{row.id} of {row.workflow} was started by {row.actor}"
    lines = [f"{who} at {to_second(row.created)}: {started}"]
    lines.append(f"It is {row.state.value}" + (f": {row.why}" if row.why else ""))
    lines += [view.cancelled] if view.cancelled not in ("", row.why) else []
    lines += [
        f"{key or row.id} waits: {why}" for key, why in sheet.waits.items() if why
    ]
    lines += [
        f"{key}: in an emergency two people pass windows and freezes: "
        f"holdfast break-glass {row.id} {key} --why TEXT"
        for key in sheet.closed
    ]
    lines += [_why_gate(gate) for gate in sheet.gates]
    for key, job in view.jobs.items():
        lines += _why_job(row.id, key, job)
    return lines


def why_removed(view: RunView) -> list[str]:
    """The same of a run of which only the ledger is left."""
    row = RunRow(
        id=view.id,
        workflow=str(view.started.get("workflow", "")),
        title="",
        state=view.state,
        actor=view.actor,
        created=datetime.fromisoformat(view.at),
        why=view.why,
    )
    told = why_run(RunSheet(row, view, 0))
    return [*told, "Its output was removed: its time of keeping is over"]


def why_workflow(row: WorkflowRow, runs: Sequence[RunRow]) -> list[str]:
    """What starts it, when it is next due, and how its last runs went."""
    lines = [f"{row.name} ({row.file}) starts on: {'; '.join(row.starts) or 'nothing'}"]
    lines += [f"next: {to_second(at)}" for at in row.next]
    lines += [
        f"{one.id} began at {to_second(one.created)}: {one.state.value}"
        + (f", {one.why}" if one.why else "")
        for one in runs
    ]
    return lines


def _why_gate(gate: GateSheet) -> str:
    who = " or ".join(gate.may) or "anybody"
    since = f" since {to_second(gate.opened)}" if gate.opened else ""
    until = f", until {gate.expires[:19]} UTC" if gate.expires else ""
    given = ", ".join(gate.given) or "nobody"
    return (
        f"{gate.job} waits{since} for {gate.count} yes of {who} to "
        f"{gate.digest[:19]}{until}; so far: {given}"
    )


def _why_job(run: str, key: str, job: JobView) -> list[str]:
    lines = [f"{key} {job.state.value}: {job.why}"] if job.why else []
    if job.glass is not None and job.glass.confirmed:
        glass = job.glass
        lines.append(
            f"{key} passed windows and freezes: {glass.by} broke the glass "
            f"({glass.why}), {glass.confirmed} confirmed it ({glass.because})"
        )
    for step in job.steps.values():
        name = step.body.get("id") or step.index
        if step.state is State.IN_DOUBT:
            since = f" since {to_second(step.started)}"
            lines.append(
                f"{key} step {step.index} is in doubt{since}: {step.body['question']}"
                f" A person can say: holdfast resolve {run} {key} --as made"
            )
            lines += [f"  {line}" for line in step.body.get("lines") or ()]
        elif step.outcome == "failure" and step.body.get("why"):
            lines.append(f"{key} step {name} failed: {step.body['why']}")
    return lines
