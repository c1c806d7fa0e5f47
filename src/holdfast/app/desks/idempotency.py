"""One run for one key, however often it is asked for."""

import json

from holdfast.app.desks.wording import key_was_used
from holdfast.app.runs.wiring import Crew
from holdfast.engine.runs.request import Request
from holdfast.model import digest
from holdfast.ports import StartRow
from holdfast.problems import HoldfastError

_SLOT = "asked/"


def start_once(crew: Crew, request: Request, actor: str, key: str) -> str:
    """
    The run a person started under a key, or started now; its id.

    Raises ``HoldfastError`` when the key stands for another request.
    """
    told = [request.flow.file, dict(request.inputs), request.why]
    slot = _SLOT + digest(json.dumps(told, sort_keys=True, default=str).encode())
    name, keeper = f"key {key} of {actor}", crew.keeper
    with keeper.store.begin() as transaction:
        events = crew.app.store.events.within(transaction)
        before = events.start(name)
        if before is None:
            run = keeper.accept_in(transaction, request, actor)
            now = keeper.clock.now()
            events.started(StartRow(name, run, request.flow.file, slot, now))
            return run
    if before.slot != slot:
        raise HoldfastError(key_was_used(key))
    return before.run
