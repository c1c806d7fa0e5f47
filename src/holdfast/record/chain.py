"""Whether the ledger is still what was written."""

from collections.abc import Iterable

from holdfast.model import GENESIS, Entry
from holdfast.problems import Problem


def verify_chain(entries: Iterable[Entry]) -> tuple[tuple[Problem, ...], int]:
    """
    Walk the chain; the first thing that is wrong, if any, and how many rows were read.

    After the first break nothing can be said of the rows behind it, so the walk ends.
    """
    previous, count = GENESIS, 0
    for entry in entries:
        count += 1
        if entry.sequence != count:
            return (_broken(count, f"row {count} is missing"),), count
        if entry.previous != previous:
            return (_broken(count, "it does not follow from the row before it"),), count
        if entry.hash != entry.expected_hash:
            return (_broken(count, "its content is not what was hashed"),), count
        previous = entry.hash
    return (), count


def _broken(row: int, why: str) -> Problem:
    return Problem(
        code="record.altered",
        summary=f"The ledger was altered at row {row}",
        detail=f"Row {row}: {why}. The rows before it are as they were written.",
        next_step="Compare with a backup of .holdfast/holdfast.db, and find out who did.",
    )
