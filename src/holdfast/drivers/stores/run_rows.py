"""Rows of runs, jobs and workers as values, and values as rows."""

from typing import Any

from sqlalchemy import Row

from holdfast.drivers.stores.moments import aware, naive
from holdfast.model import State
from holdfast.ports import JobRow, RunRow, WorkerRow


def number_of(run: str) -> int:
    """The number in the name of a run: 17 of ``r17``."""
    return int(run.removeprefix("r"))


def run_values(row: RunRow) -> dict[str, Any]:
    """One run as it is written."""
    return {
        "number": number_of(row.id),
        "id": row.id,
        "workflow": row.workflow,
        "title": row.title,
        "state": row.state.value,
        "actor": row.actor,
        "created": naive(row.created),
        "ended": naive(row.ended),
        "group": row.group,
        "parent": row.parent,
        "wake": naive(row.wake),
        "why": row.why,
        "trigger": row.trigger,
    }


def run_of(row: Row[Any]) -> RunRow:
    """One run as it was written."""
    return RunRow(
        id=row.id,
        workflow=row.workflow,
        title=row.title,
        state=State(row.state),
        actor=row.actor,
        created=aware(row.created),
        ended=aware(row.ended),
        group=row.group,
        parent=row.parent,
        wake=aware(row.wake),
        why=row.why,
        trigger=row.trigger,
    )


def job_values(row: JobRow) -> dict[str, Any]:
    """One job at hand as it is written."""
    return {
        "run": row.run,
        "key": row.key,
        "since": naive(row.since),
        "labels": " ".join(row.labels),
        "worker": row.worker,
        "segment": row.segment,
        "group": row.group,
        "stop": row.stop,
        "site": row.site,
    }


def job_of(row: Row[Any]) -> JobRow:
    """One job at hand as it was written."""
    return JobRow(
        run=row.run,
        key=row.key,
        since=aware(row.since),
        labels=tuple(row.labels.split()),
        worker=row.worker,
        segment=row.segment,
        group=row.group,
        stop=row.stop,
        site=row.site,
    )


def worker_values(row: WorkerRow) -> dict[str, Any]:
    """One worker as it is written."""
    return {
        "id": row.id,
        "name": row.name,
        "site": row.site,
        "labels": " ".join(row.labels),
        "slots": row.slots,
        "lease": naive(row.lease),
        "started": naive(row.started),
        "draining": int(row.draining),
    }


def worker_of(row: Row[Any]) -> WorkerRow:
    """One worker as it was written."""
    return WorkerRow(
        id=row.id,
        name=row.name,
        site=row.site,
        labels=tuple(row.labels.split()),
        slots=row.slots,
        lease=aware(row.lease),
        started=aware(row.started),
        draining=bool(row.draining),
    )
