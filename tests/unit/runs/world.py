"""A store, a keeper and segments as a list: runs without any engine below them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes import StoppedClock
from holdfast.declare import Job, Step, Workflow
from holdfast.drivers.stores import Store
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.model import Event, RunView, State
from holdfast.ports import WorkerRow
from holdfast.problems import Place
from holdfast.record import view_of

HERE = Place("w.yaml", 1, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def job(name: str, *needs: str, **more: Any) -> Job:
    return Job(id=name, place=HERE, needs=needs, **more)


def step(name: str, **more: Any) -> Step:
    return Step(id=name, place=HERE, **{"run": name, **more})


@dataclass
class ListedSegments:
    given: list[tuple[str, str]] = field(default_factory=list)

    def give(self, segment: str, worker: str, /) -> None:
        self.given.append((segment, worker))

    def held_by(self, executors: Collection[str], /) -> tuple[str, ...]:
        return ()

    def prune(self, before: datetime, /) -> int:
        return 0

    def close(self) -> None: ...


class Killed(BaseException):
    """What a kill -9 is to code that runs in one process."""


@dataclass
class ScriptedWork:
    """Does what it was told of each step, and remembers what it did."""

    ends: dict[str, list[StepEnd]] = field(default_factory=dict)
    known: dict[str, StepEnd] = field(default_factory=dict)
    """Ends that a later worker can find out, by step."""
    done: list[str] = field(default_factory=list)
    seen: list[StepAt] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    kill_in: str = ""

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
        self.seen.append(at)
        self.done.append(at.step.id)
        if self.kill_in == at.step.id:
            self.kill_in = ""
            raise Killed
        if stopping():
            return StepEnd("cancelled", stopping())
        return self.ends.get(at.step.id, [StepEnd("success")]).pop(0)

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd | None:
        return self.known.get(at.step.id)

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        return ("last words",)

    def leave(self, run: str, job: str, /) -> None:
        self.left.append(f"{run}/{job}")

    def remains(self) -> tuple[tuple[str, str], ...]:
        return ()


@dataclass
class World:
    store: Store
    segments: ListedSegments
    flow: Workflow
    keeper: Keeper
    work: ScriptedWork = field(default_factory=ScriptedWork)
    stop: str = ""

    @classmethod
    def of(cls, store: Store) -> "World":
        segments = ListedSegments()
        flow = Workflow("w.yaml", "ship")
        keeper = Keeper(store.runs, segments, StoppedClock(NOON), lambda _: flow)
        made = cls(store, segments, flow, keeper)
        made.keeper.flow_of = lambda _: made.flow
        return made

    def worker(self, name: str, *labels: str, **more: Any) -> None:
        row = WorkerRow(name, name, "here", labels, 2, NOON + timedelta(hours=1), NOON)
        with self.store.runs.begin() as transaction:
            transaction.put_worker(replace(row, **more))

    def start(self, **inputs: Any) -> str:
        return self.keeper.accept(Request(self.flow, {}, inputs), "ann")

    def execute(self, at: int = -1) -> None:
        """What a worker does with a segment it was handed."""
        segment, worker = self.segments.given[at]
        JobRun(self.keeper, self.work, worker, "here", lambda _: self.stop).execute(
            segment
        )

    def execute_cancelled(self) -> None:
        """What a worker does with a segment that was asked to end."""
        self.stop = "it was asked to end"
        self.execute()

    def execute_at(self, site: str) -> None:
        """The same on a machine that has none of the job's files."""
        segment, worker = self.segments.given[-1]
        JobRun(self.keeper, self.work, worker, site, lambda _: self.stop).execute(
            segment
        )

    def hand_over(self, run: str, key: str) -> None:
        """What becomes of a job whose worker is gone: the next segment."""
        with self.store.runs.begin() as transaction:
            row = next(row for row in transaction.jobs(run) if row.key == key)
            transaction.put_job(replace(row, worker=""))
            self.keeper.dispatch(transaction)

    def end(self, run: str, key: str, state: State = State.SUCCEEDED) -> None:
        with self.store.runs.begin() as transaction:
            body = {"job": key, "state": state.value, "total": 3 if "." in key else 1}
            transaction.append([self.keeper.entry(Event.JOB_ENDED, run, body)])
            transaction.drop_job(run, key)
            self.keeper.advance(transaction, run)

    def view(self, run: str) -> RunView:
        return view_of(run, self.store.ledger.of_run(run))

    def keys(self) -> list[str]:
        return [segment for segment, _ in self.segments.given]
