"""Looking back: what a workflow answers to the events that are stored."""

from datetime import datetime

from holdfast.declare import Workflow
from holdfast.engine.reacting.causes import chain_to, is_loop
from holdfast.engine.triggers import Reaction, backtest
from holdfast.ports import EventStore


def look_back(
    workflow: Workflow, events: EventStore, now: datetime, *, repository: str = ""
) -> tuple[Reaction, ...]:
    """
    Every answer of a workflow to what is stored, up to now, in the order of the moments.

    It is what was or would have been decided live, the loops through its own runs taken
    out as they were live. Whether a start becomes a run is asked of nobody here.
    """
    with events.begin() as transaction:
        caused = transaction.caused()
        chains = {one: chain_to(transaction, one) for one in caused}
    stream = (
        one
        for one in events.all()
        if not is_loop(workflow.file, chains.get(one.id, ()), one)
    )
    return backtest(workflow, stream, now, repository=repository)
