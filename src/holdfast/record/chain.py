"""Whether the ledger is still what was written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.model import GENESIS, Entry, Event, Printed, each_in
from holdfast.problems import Problem


@dataclass(slots=True)
class _Changed:
    """What is not as it was hashed, until an entry says that it was scrubbed."""

    rows: dict[int, str] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)

    def explain(self, body: Mapping[str, Any]) -> None:
        """Take out what an entry says was scrubbed, if it became what the entry says."""
        for row, now in body.get("rows", {}).items():
            if self.rows.get(int(row)) == now:
                del self.rows[int(row)]
        for name in body.get("texts", ()):
            self.texts.pop(name, None)

    def first(self) -> Problem | None:
        """The first that nothing explains."""
        row = min((*self.rows, *self.texts.values()), default=0)
        if row in self.rows:
            return _broken(row, "its content is not what was hashed")
        return _broken(row, "a text it names is not what was hashed") if row else None


def verify_chain(entries: Iterable[Entry]) -> tuple[tuple[Problem, ...], int]:
    """
    Walk the chain; the first thing that is wrong, if any, and how many rows were read.

    A row or text that was rewritten is right when a later entry says that it was
    scrubbed and what it has become. After a break in the chain itself nothing can be
    said of the rows behind it, so the walk ends there.
    """
    previous, count, changed = GENESIS, 0, _Changed()
    for entry in entries:
        count += 1
        if entry.sequence != count:
            broken = _broken(count, f"row {count} is missing")
            return (changed.first() or broken,), count
        if entry.previous != previous:
            broken = _broken(count, "it does not follow from the row before it")
            return (changed.first() or broken,), count
        now = entry.expected_hash
        if entry.hash != now:
            changed.rows[count] = now
        elif entry.event is Event.SECRET_SCRUBBED:
            changed.explain(entry.body)
        for text in each_in(entry.body, Printed):
            if not text.genuine:
                changed.texts[text.digest] = count
        previous = entry.hash
    found = changed.first()
    return ((found,) if found else ()), count


def _broken(row: int, why: str) -> Problem:
    return Problem(
        code="record.altered",
        summary=f"The ledger was altered at row {row}",
        detail=f"Row {row}: {why}. The rows before it are as they were written.",
        next_step="Compare with a backup of .holdfast/holdfast.db, and find out who did.",
    )
