"""Workers that people drained: by name, until somebody ends it, whoever restarts."""

from holdfast.model import Event
from holdfast.ports import RunTransaction


def is_drained(transaction: RunTransaction, worker: str) -> bool:
    """Whether the last word about a worker is that it is to be given nothing new."""
    said, ended = (
        next(
            (
                entry.sequence
                for entry in transaction.latest(event)
                if entry.body["worker"] == worker
            ),
            0,
        )
        for event in (Event.DRAINED, Event.UNDRAINED)
    )
    return said > ended
