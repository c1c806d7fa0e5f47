"""How alive a runbook is, from what the ledger keeps: proofs, and people's minutes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from holdfast.model import Entry, Event


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


BEGUN = (Event.STEP_STARTED, Event.STEP_ENDED)
"""The sorts of entries that :func:`tallies_of` counts."""


def tallies_of(entries: Iterable[Entry], steps: Iterable[str]) -> Mapping[str, Tally]:
    """
    How often each step of a runbook was begun; ``steps`` are its ids.

    ``entries`` are those of its runs of the sorts in ``BEGUN``, oldest first. Of a step
    that was tried again the last end counts.
    """
    last: dict[tuple[str, str, int], tuple[str, str]] = {}
    for entry in entries:
        body = entry.body
        key = entry.run, str(body["job"]), int(str(body["step"]))
        last[key] = str(body.get("id", "")), str(body.get("outcome", ""))
    ends = Counter(last.values())
    return {step: _tally(step, ends) for step in steps}


def _tally(step: str, ends: Mapping[tuple[str, str], int]) -> Tally:
    counts = {end: n for (name, end), n in ends.items() if name == step}
    skipped = counts.get("skipped", 0)
    return Tally(sum(counts.values()) - skipped, counts.get("failure", 0))
