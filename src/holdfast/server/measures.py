"""What can be measured of a project's runs, as Prometheus reads it."""

from collections import Counter

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from holdfast.model import State
from holdfast.ports import Desk, RunbookDesk

_NEWEST = 500


def measured(desk: Desk, runbooks: RunbookDesk) -> str:
    """Runs by state, workers by whether they get work, and how alive runbooks are."""
    registry = CollectorRegistry()
    runs = Gauge(
        "holdfast_runs",
        "Runs by state, of the newest 500.",
        ["state"],
        registry=registry,
    )
    counts = Counter(row.state for row in desk.runs(limit=_NEWEST))
    for state in State:
        runs.labels(state.value).set(counts[state])
    workers = Gauge(
        "holdfast_workers", "Workers, by draining.", ["draining"], registry=registry
    )
    slots = Gauge("holdfast_worker_slots", "Jobs at once.", registry=registry)
    rows = desk.workers()
    for word in (False, True):
        count = sum(row.draining is word for row in rows)
        workers.labels(str(word).lower()).set(count)
    slots.set(sum(row.slots for row in rows))
    _alive(runbooks, registry)
    return generate_latest(registry).decode()


def _alive(desk: RunbookDesk, registry: CollectorRegistry) -> None:
    def gauge(name: str, words: str) -> Gauge:
        return Gauge(f"holdfast_runbook_{name}", words, ["runbook"], registry=registry)

    stale = gauge("stale", "Whether its last proof counts no more.")
    proven = gauge("proven_timestamp_seconds", "When it last succeeded.")
    spent = gauge("people_seconds", "People's time for its steps in 90 days.")
    for row in desk.runbooks():
        stale.labels(row.name).set(bool(row.stale))
        spent.labels(row.name).set(row.seconds)
        if row.proven is not None:
            proven.labels(row.name).set(row.proven.at.timestamp())
