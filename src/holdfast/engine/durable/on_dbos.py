"""
DBOS as the durable engine; no other module imports it.

What is relied on, each with a test in ``tests/unit/durable``: a name is executed once,
whoever begins it and however often; what a killed process held stays with it; what has
ended can be forgotten; who closes has waited until the end of each segment was noted.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Condition, Thread
from typing import Any

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    SetWorkflowID,
    WorkflowSerializationFormat,
)
from dbos import DBOSPortableJSONSerializer as Json

from holdfast.engine.durable import Execute

ABI = "abi-1"
"""Of the function below: rows of another one are left alone. It takes one text."""

_NAME = "holdfast"
_FUNCTION = "segment"
_AT_WORK = ["PENDING"]
_BATCH = 500
_NOTICE = 0.1
"""
Seconds between two looks for notifications. We send none, and looking for none costs
nothing: so long a worker that stops waits for the one who looks.
"""
_SPARE = 8
"""
Segments at once beyond the slots: who gives jobs out counts them, and gives the next one
before the engine has noted the end of the last.
"""


class DbosRecords:
    """What DBOS's tables, which are in our own database, say of segments."""

    def __init__(self, engine: Any) -> None:
        self._client = DBOSClient(
            system_database_engine=engine, serializer=Json(), lazy=True
        )

    def held_by(self, executors: Collection[str], /) -> tuple[str, ...]:
        """What these processes have begun."""
        if not executors:
            return ()
        found = self._client.list_workflows(
            status=_AT_WORK,
            executor_id=list(executors),
            load_input=False,
            load_output=False,
        )
        return tuple(one.workflow_id for one in found)

    def prune(self, before: datetime, /) -> int:
        """Delete what ended before, in batches."""
        deleted = 0
        while ended := self._client.list_workflows(
            completed_before=before.isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([one.workflow_id for one in ended])
            deleted += len(ended)
        return deleted

    def close(self) -> None:
        """Let go of the client; the engine is the store's."""
        self._client.destroy()


def _not_launched(_: str) -> None:
    raise RuntimeError("launch comes before begin")


@dataclass(slots=True)
class DbosExecutor:
    """
    One process that executes: at most one a process, as DBOS is one.

    ``id`` is new at every start; ``slots`` segments are executed at once.
    """

    engine: Any
    id: str
    slots: int = 8
    _segment: Callable[[str], None] = field(default=_not_launched)
    _dbos: DBOS | None = None
    _changed: Condition = field(default_factory=Condition)
    _at_work: set[str] = field(default_factory=set)

    def launch(self, execute: Execute, /) -> None:
        """Make or migrate DBOS's tables."""
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_engine": self.engine,
            "executor_id": self.id,
            "application_version": ABI,
            "serializer": Json(),
            "notification_listener_polling_interval_sec": _NOTICE,
            "scheduler_polling_interval_sec": 60.0,
            "max_executor_threads": self.slots + _SPARE,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        self._dbos = DBOS(config=config)

        @DBOS.workflow(
            name=_FUNCTION,
            max_recovery_attempts=1000,
            serialization_type=WorkflowSerializationFormat.PORTABLE,
        )
        def segment(name: str) -> None:
            self._carried_out(execute, name)

        self._segment = segment
        DBOS.listen_queues([])
        DBOS.launch()

    def begin(self, segment: str, /) -> None:
        """Start it under its name: DBOS knows whether there was one of that name."""
        with SetWorkflowID(segment):
            DBOS.start_workflow(self._segment, segment)

    def rest(self, wait: float, /) -> None:
        """Wait so long for what is at work."""
        with self._changed:
            self._changed.wait_for(lambda: not self._at_work, wait)

    def close(self, patience: float | None = None, /) -> tuple[str, ...]:
        """
        Shut down when every segment has returned; those that have not in time.

        DBOS lets go of its database at once and does not wait for what it executes: the
        note that a segment has ended would find none. So it is not told to while any is
        at work.
        """
        if self._dbos is not None:
            pool = self._dbos._executor  # noqa: SLF001 - nothing else waits for it
            ending = Thread(target=partial(pool.shutdown, cancel_futures=True))
            ending.daemon = True
            ending.start()
            ending.join(patience)
            if ending.is_alive():
                with self._changed:
                    return tuple(sorted(self._at_work))
        DBOS.destroy(destroy_registry=True)
        return ()

    def _carried_out(self, execute: Execute, name: str) -> None:
        with self._changed:
            self._at_work.add(name)
        try:
            execute(name)
        finally:
            with self._changed:
                self._at_work.discard(name)
                self._changed.notify_all()
