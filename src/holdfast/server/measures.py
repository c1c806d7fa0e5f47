"""What can be measured of a project's runs, as Prometheus reads it."""

from collections import Counter

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from holdfast.model import State
from holdfast.ports import Desks, OutboxDesk, RunbookDesk, RunDesk

_NEWEST = 500


def measured(desks: Desks) -> str:
    """Runs by state, workers by whether they get work, runbooks, and the way out."""
    registry = CollectorRegistry()
    _at_work(desks.runs, registry)
    _alive(desks.runbooks, registry)
    _way_out(desks.outbox, registry)
    return generate_latest(registry).decode()


def _at_work(desk: RunDesk, registry: CollectorRegistry) -> None:
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


def _way_out(desk: OutboxDesk, registry: CollectorRegistry) -> None:
    """Letters; what was sent or given up is forgotten after 30 days."""
    found = desk.sheet()
    letters = Gauge(
        "holdfast_outbox_letters",
        "Letters by whom they are for: waiting, failing, sent, dead or dropped.",
        ["to", "state"],
        registry=registry,
    )
    for to, state, count in found.counts:
        letters.labels(to, state).set(count)
    for name, words, seconds in (
        ("oldest_waiting", "How long the oldest letter waits.", found.age),
        ("late", "How long something is due that nobody wrote or sent.", found.late),
    ):
        full = f"holdfast_outbox_{name}_seconds"
        Gauge(full, words, registry=registry).set(seconds)


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
