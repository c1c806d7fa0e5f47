"""Why something waits: for what, whose it is, since when, and who can end it. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from holdfast.model import JobView, RunView, State
from holdfast.model.moments import to_second

_SHOWN = 3


def needs(names: Sequence[str], view: RunView) -> str:
    """That a job waits for others of its run."""
    return f"it needs {', '.join(_needed(name, view) for name in names)}"


def parallel(most: int, others: Iterable[JobView]) -> str:
    """That as many jobs of its matrix are at work as may be."""
    told = ", ".join(f"{one.key}{_since(one)}" for one in others)
    return f"max-parallel: {most} of its matrix are at work" + (
        f": {told}" if told else ""
    )


def ahead(run: str, group: str, created: datetime) -> str:
    """That an older run of a concurrency group has not ended."""
    since = to_second(created)
    return (
        f"{run} is ahead of it in its concurrency group {group} since {since}; "
        f"it ends with {run}: holdfast status {run}"
    )


def called(run: str, state: str, created: datetime | None) -> str:
    """That another run has to end."""
    since = f" since {to_second(created)}" if created else ""
    return f"it waits for {run}, which is {state}{since}: holdfast status {run}"


def until(moment: str, since: str) -> str:
    """That it waits for a moment."""
    begun = f", since {to_second(since)}" if since else ""
    return f"it waits until {to_second(moment)}{begun}; nobody has to do anything"


def taken(workers: Sequence[str], holders: Sequence[tuple[str, datetime]]) -> str:
    """That every worker that could take it has all it can do."""
    told = ", ".join(f"{name} since {to_second(at)}" for name, at in holders[:_SHOWN])
    more = f" and {len(holders) - _SHOWN} more" if len(holders) > _SHOWN else ""
    return f"every slot of {', '.join(workers)} is taken" + (
        f": {told}{more}" if told else ""
    )


def draining(wanted: str, workers: Sequence[str]) -> str:
    """That every worker that could take it is given nothing new."""
    first = workers[0]
    return (
        f"every worker with {wanted} is draining: {', '.join(workers)}; "
        f"give it work again: holdfast worker drain {first} --end"
    )


def _needed(name: str, view: RunView) -> str:
    found = [job for job in view.of(name) if not job.state.is_end]
    if not found:
        return name
    one = found[0]
    where = f" on {one.worker}" if one.state is State.RUNNING and one.worker else ""
    return f"{name} ({one.state.value.replace('_', ' ')}{_since(one)}{where})"


def _since(job: JobView) -> str:
    began = job.gate.opened if job.gate and job.state is State.GATED else job.started
    return f" since {to_second(began)}" if began else ""
