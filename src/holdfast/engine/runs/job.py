"""The segments one worker executes: each as far as it goes, whatever goes wrong."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Event as Signal
from typing import Any

from holdfast.engine.runs.executing import Work
from holdfast.engine.runs.job_contexts import instance_of
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import recorded
from holdfast.engine.runs.segment import Fenced, Segment, row_of
from holdfast.model import Event, State
from holdfast.ports import LeaseOver, LetGo, Unanswered

_PAUSE = 0.5
_LONGEST_PAUSE = 20.0

_FAULTS = 6
"""How often a segment is walked again after a fault of the worker itself."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class JobRun:
    """Executes segments on one worker."""

    keeper: Keeper
    work: Work
    worker: str
    site: str
    stopping: Callable[[str], str] = field(default=lambda _: "")
    """Why a segment is to end; empty while it may go on."""
    over: Signal = field(default_factory=Signal)
    """Set when the worker stops: nothing is tried again then."""
    left: Signal = field(default_factory=Signal)
    """Set when it waits for nothing any more: no step is begun then."""
    term: Callable[[], int] = field(default=lambda: 0)
    """The term of the worker's lease; a new one each time it was lost."""
    looks: Iterator[int] = field(default_factory=count)
    """Numbers for looks, each once."""

    def execute(self, segment: str) -> None:
        """
        Carry a segment as far as it goes; harmless when it is somebody else's.

        While the database does not answer, the steps at work go on by themselves, and
        the segment is walked again as after a crash. So it is when anything else goes
        wrong here, a full disk or a fault of ours, but not for ever: then the job fails.
        """
        faults = 0
        while not self.over.is_set():
            try:
                self._walk(segment)
            except (Fenced, LetGo):
                return
            except (Unanswered, LeaseOver):
                self.over.wait(_PAUSE)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the job moves on
                _LOG.exception("%s could not be carried on", segment)
                faults += 1
                if faults > _FAULTS and self._give_up(segment, fault):
                    return
                self.over.wait(min(_PAUSE * 2**faults, _LONGEST_PAUSE))
            else:
                return

    def tidy(self) -> None:
        """Remove what jobs left that ended while nobody was there to do it."""
        for run, key in self.work.remains():
            with self.keeper.store.begin() as transaction:
                row = transaction.run(run)
                over = row is None or row.state.is_end
                if not over:
                    job = self.keeper.view(transaction, run).jobs.get(key)
                    over = job is not None and job.state.is_end
            if over:
                self.work.leave(run, key)

    def _give_up(self, segment: str, fault: Exception) -> bool:
        """Fail a job that cannot be carried on, if the database can be told so."""
        run, key, number = segment.rsplit("/", 2)
        try:
            with self.keeper.store.begin() as transaction:
                if row_of(transaction, run, key, int(number)) is None:
                    return True
                why = f"it could not be carried on: {type(fault).__name__}: {fault}"
                body: dict[str, Any] = {
                    "job": key,
                    "state": State.FAILED.value,
                    "why": why,
                    "total": self.keeper.total(transaction, run, key),
                }
                ended = self.keeper.entry(Event.JOB_ENDED, run, body)
                transaction.append([ended])
                transaction.drop_job(run, key)
                self.keeper.advance(transaction, run)
        except Unanswered:
            return False
        self.work.leave(run, key)
        return True

    def _walk(self, segment: str) -> None:
        run, key, number = segment.rsplit("/", 2)
        term = self.term()
        found = self._open(run, key, int(number))
        if found is not None:
            found.term = term
            found.walk()

    def _open(self, run: str, key: str, number: int) -> "Segment | None":
        """Take the job, when the segment is the one that may."""
        keeper = self.keeper
        with keeper.store.looking() as transaction:
            if row_of(transaction, run, key, number) is None:
                return None
            view = keeper.view(transaction, run)
        flow = keeper.flow_of(view)
        instance = instance_of(flow, view, key)
        if instance is None:
            return None
        body: dict[str, Any] = {
            "job": key,
            "name": instance.name,
            "segment": number,
            "worker": self.worker,
            "site": self.site,
            "total": instance.total,
            "matrix": recorded(instance.matrix),
        }
        began = keeper.entry(Event.JOB_STARTED, run, body)
        return Segment(
            self, f"{run}/{key}/{number}", view, flow, instance, number, [began]
        )
