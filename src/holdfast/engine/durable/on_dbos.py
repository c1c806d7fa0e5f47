"""
DBOS as the durable engine; no other module imports it.

What is relied on, each with a test in ``tests/unit/durable``: an enqueue joins our own
transaction; a name is executed once; a process only takes what is meant for its worker;
what a killed process held stays with it until it is recovered; a cancelled segment is
not begun; a worker that is woken does not wait for its next look at the queue; who
closes has waited until the end of each segment was noted.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, Event, Thread
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, WorkflowSerializationFormat
from dbos import DBOSPortableJSONSerializer as Json
from dbos._queue import queue_worker_thread

from holdfast.engine.durable import Execute

ABI = "abi-1"
"""Of the function below: rows of another one are left alone. It takes one text."""

_NAME = "holdfast"
_FUNCTION = "segment"
_AT_WORK = ["PENDING"]
_BATCH = 500
_SPARE = 8
"""
Segments at once beyond the slots: who gives jobs out counts them, and gives the next one
before the engine has noted the end of the last.
"""


class Bell:
    """
    Ends a wait early: what DBOS's queue thread waits with.

    It asks ``is_set`` and ``wait`` whether it is to end; a ring only ends the wait.
    """

    def __init__(self) -> None:
        self._rung, self._over = Event(), Event()

    def ring(self) -> None:
        """There is something to take."""
        self._rung.set()

    def end(self) -> None:
        """Nothing more is to be taken."""
        self._over.set()
        self._rung.set()

    def is_set(self) -> bool:
        """Whether this is the end."""
        return self._over.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for so long, or for a ring; whether this is the end."""
        self._rung.wait(timeout)
        self._rung.clear()
        return self._over.is_set()


_bells: dict[str, Bell] = {}
"""Of the worker that executes in this process, by its name: DBOS is one a process."""


def queue_of(worker: str) -> str:
    """The queue that only workers of this name read."""
    return f"worker:{worker}"


class DbosSegments:
    """Segments in DBOS's tables, which are in our own database."""

    def __init__(self, engine: Any) -> None:
        self._client = DBOSClient(
            system_database_engine=engine, serializer=Json(), lazy=True
        )

    def enqueue(self, transaction: Any, segment: str, worker: str, /) -> None:
        """Hand a segment over; ``transaction`` is the store's SQLAlchemy connection."""
        self._client.enqueue_in_transaction(
            transaction,
            {
                "workflow_name": _FUNCTION,
                "queue_name": queue_of(worker),
                "workflow_id": segment,
                "app_version": ABI,
                "application_name": _NAME,
                "serialization_type": WorkflowSerializationFormat.PORTABLE,
            },
            segment,
        )

    def wake(self, worker: str, /) -> None:
        """Have a worker look at its queue now, when it is one of this process."""
        if worker in _bells:
            _bells[worker].ring()

    def cancel(self, segments: Collection[str], /) -> None:
        """Mark them as cancelled."""
        if segments:
            self._client.cancel_workflows(list(segments))

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

    def recover(self, executors: Collection[str], worker: str, /) -> tuple[str, ...]:
        """Put what these processes held into the queue of a worker."""
        held = self.held_by(executors)
        if held:
            self._client.resume_workflows(list(held), queue_name=queue_of(worker))
        return held

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


@dataclass(slots=True)
class DbosExecutor:
    """
    One process that executes: at most one a process, as DBOS is one.

    ``id`` is new at every start, ``worker`` stays the same; ``slots`` segments are
    executed at once, and ``poll`` seconds is how often the queue is asked when nobody
    wakes it.
    """

    engine: Any
    id: str
    worker: str
    slots: int = 8
    poll: float = 0.05
    _bell: Bell = field(default_factory=Bell)
    _thread: Thread | None = None
    _dbos: DBOS | None = None
    _changed: Condition = field(default_factory=Condition)
    _at_work: int = 0

    def launch(self, execute: Execute, /) -> None:
        """Make or migrate DBOS's tables, and begin to take segments."""
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_engine": self.engine,
            "executor_id": self.id,
            "application_version": ABI,
            "serializer": Json(),
            "notification_listener_polling_interval_sec": 1.0,
            "scheduler_polling_interval_sec": 60.0,
            "max_executor_threads": self.slots + _SPARE,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        dbos = self._dbos = DBOS(config=config)

        @DBOS.workflow(
            name=_FUNCTION,
            max_recovery_attempts=1000,
            serialization_type=WorkflowSerializationFormat.PORTABLE,
        )
        def segment(name: str) -> None:
            self._carried_out(execute, name)

        DBOS.listen_queues([])
        DBOS.launch()
        queue = DBOS.register_queue(
            queue_of(self.worker),
            worker_concurrency=self.slots + _SPARE,
            polling_interval_sec=self.poll,
            on_conflict="always_update",
        )
        queue.database_backed_queue = False
        _bells[self.worker] = self._bell
        self._thread = Thread(
            target=queue_worker_thread,
            args=(self._bell, dbos, queue),
            name="queue",
            daemon=True,
        )
        self._thread.start()

    def rest(self, wait: float = 0, /) -> None:
        """Stop taking, and wait so long for what is at work."""
        self._bell.end()
        _bells.pop(self.worker, None)
        if self._thread is not None:
            self._thread.join()
        with self._changed:
            self._changed.wait_for(lambda: not self._at_work, wait)

    def close(self) -> None:
        """
        Shut down when every segment has returned.

        DBOS lets go of its database at once and does not wait for what it executes: the
        note that a segment has ended would find none.
        """
        if self._dbos is not None:
            pool = self._dbos._executor  # noqa: SLF001 - nothing else waits for it
            pool.shutdown(wait=True, cancel_futures=True)
        DBOS.destroy(destroy_registry=True)

    def _carried_out(self, execute: Execute, name: str) -> None:
        with self._changed:
            self._at_work += 1
        try:
            execute(name)
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()
