"""How alive a runbook is, from what the ledger keeps: proofs, and people's minutes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from holdfast.model import Entry, Event, RunView, State


@dataclass(frozen=True, slots=True)
class Hands:
    """What one manual step has cost people: seconds, each time it was done."""

    seconds: tuple[float, ...] = ()

    @property
    def total(self) -> float:
        """All of it together."""
        return sum(self.seconds)

    @property
    def median(self) -> float:
        """What it costs usually; 0 when nobody ever did it."""
        return median(self.seconds) if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a step was begun, and how often it failed."""

    runs: int = 0
    failed: int = 0


Blocks = Mapping[str, Hands]


def hands_of(entries: Iterable[Entry], since: str) -> Mapping[str, Blocks]:
    """
    What people's steps have cost, by workflow and step, from reports after a moment.

    ``since`` is a moment as the ledger writes it. Steps that were skipped cost nothing.
    """
    found: dict[str, dict[str, list[float]]] = {}
    for entry in entries:
        body = entry.body
        if entry.event is not Event.REPORTED or entry.at < since:
            continue
        if body["how"] != "skipped":
            steps = found.setdefault(str(body["workflow"]), {})
            steps.setdefault(str(body["id"]), []).append(float(str(body["seconds"])))
    return {
        name: {step: Hands(tuple(seconds)) for step, seconds in steps.items()}
        for name, steps in found.items()
    }


def tallies_of(views: Iterable[RunView], steps: Iterable[str]) -> Mapping[str, Tally]:
    """How often each step of a runbook was begun; ``steps`` are its ids in order."""
    found = dict.fromkeys(steps, Tally())
    for view in views:
        for job in view.jobs.values():
            for step in job.steps.values():
                name = str(step.body.get("id", ""))
                if name not in found or step.state is State.SKIPPED:
                    continue
                before = found[name]
                failed = before.failed + (step.state is State.FAILED)
                found[name] = Tally(before.runs + 1, failed)
    return found
