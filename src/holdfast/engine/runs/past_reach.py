"""How far earlier runs of a workflow reached, from what the ledger kept of them."""

from collections.abc import Mapping
from typing import Any

from holdfast.gate import Reach
from holdfast.model import Target
from holdfast.ports import RunTransaction

_REMEMBERED = 20
"""So many runs are a profile: newer habits count, older ones do not."""


def reached(transaction: RunTransaction, workflow: str, job: str) -> tuple[Reach, ...]:
    """What a job, by its id, reached in the last successful runs, newest first."""
    found: list[Reach] = []
    for entry in transaction.planned(workflow, _REMEMBERED):
        body: Mapping[str, Any] = entry.body
        if str(body["job"]).partition(".")[0] == job:
            targets = (
                Target(
                    str(one["name"]),
                    str(one["environment"]),
                    tuple(one["groups"]),
                    str(one["owner"]),
                )
                for one in body["reach"]
            )
            found.append(Reach(tuple(targets)))
    return tuple(found)
