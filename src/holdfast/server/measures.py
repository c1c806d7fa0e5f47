"""What can be measured of a project's runs, as Prometheus reads it."""

from collections import Counter

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from holdfast.model import State
from holdfast.ports import Desk

_NEWEST = 500


def measured(desk: Desk) -> str:
    """Runs by state, of the newest ones, and workers by whether they get work."""
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
    return generate_latest(registry).decode()
