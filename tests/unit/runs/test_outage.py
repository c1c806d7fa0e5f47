"""While the database does not answer, nothing is lost and nothing is done twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from threading import Event as Signal
from typing import Any

import pytest

from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.runs.liveness import LEASE
from holdfast.model import State
from holdfast.ports import RunStore, RunTransaction, Unanswered
from holdfast.problems import Problem
from unit.runs.test_worker import pass_by, worker
from unit.runs.world import World, job, step


@dataclass
class Outage:
    """A store that fails from its nth transaction on, so many times."""

    store: RunStore
    at: int
    times: int = 3
    committed: bool = False
    """Whether the transaction was kept though nobody heard of it."""
    begun: int = 0
    failed: list[int] = field(default_factory=list)

    def begin(self) -> AbstractContextManager[RunTransaction]:
        return self._failing(self.store.begin)

    def looking(self) -> AbstractContextManager[RunTransaction]:
        return self._failing(self.store.looking)

    @contextmanager
    def _failing(
        self, begin: Callable[[], AbstractContextManager[RunTransaction]]
    ) -> Iterator[RunTransaction]:
        self.begun += 1
        fails = self.begun >= self.at and len(self.failed) < self.times
        if fails:
            self.failed.append(self.begun)
        if fails and not self.committed:
            raise _gone()
        with begin() as transaction:
            yield transaction
        if fails:
            raise _gone()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class NoWaiting(Signal):
    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class StoppedWhileWaiting(Signal):
    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return super().wait(timeout)


def _gone() -> Unanswered:
    return Unanswered(Problem("store.unreachable", "The database does not answer"))


class Attached:
    """Steps that leave their end behind, as those of a shim do."""

    def __init__(self) -> None:
        self.ends: dict[str, StepEnd] = {}

    def perform(self, at: StepAt, _stopping: Any, /) -> StepEnd:
        assert at.key not in self.ends, "done twice"
        self.ends[at.key] = StepEnd("success")
        return self.ends[at.key]

    def again(self, at: StepAt, _stopping: Any, /) -> Any:
        return self.ends.get(at.key, "anew")

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        raise AssertionError(at)

    def leave(self, run: str, job: str, /) -> None: ...

    def remains(self) -> tuple[tuple[str, str], ...]:
        return ()


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", range(1, 5))
def test_a_job_goes_on_where_it_was(world: World, at: int, committed: bool) -> None:  # noqa: FBT001
    steps = (step("a"), step("b"))
    world.flow = replace(world.flow, jobs=(job("build", steps=steps),))
    world.worker("w1")
    run = world.start()
    kept, outage = world.keeper.store, Outage(world.keeper.store, at, 3, committed)
    world.keeper.store = outage
    work = Attached()
    segment, name = world.segments.given[-1]
    JobRun(world.keeper, work, name, "here", over=NoWaiting()).execute(segment)
    world.keeper.store = kept
    assert outage.failed[0] == at
    assert world.view(run).state is State.SUCCEEDED
    assert len(work.ends) == 2


class Faulty(Attached):
    """Work that meets a fault of the worker itself, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times, self.left = times, list[str]()

    def perform(self, at: StepAt, _stopping: Any, /) -> StepEnd:
        if self.times:
            self.times -= 1
            raise OSError(28, "No space left on device")
        return super().perform(at, _stopping)

    def leave(self, run: str, job: str, /) -> None:
        self.left.append(f"{run}/{job}")


@pytest.mark.parametrize(
    ("times", "state"), [(1, State.SUCCEEDED), (6, State.SUCCEEDED), (7, State.FAILED)]
)
def test_a_fault_of_the_worker_is_met_again_but_not_for_ever(
    world: World, times: int, state: State, caplog: pytest.LogCaptureFixture
) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    world.worker("w1")
    run, work = world.start(), Faulty(times)
    segment, name = world.segments.given[-1]
    JobRun(world.keeper, work, name, "here", over=NoWaiting()).execute(segment)
    view = world.view(run)
    assert view.state is state
    assert ("No space left" in view.jobs["build"].why) is (state is State.FAILED)
    assert work.left == [f"{run}/build"]
    assert len(caplog.records) == times
    with world.keeper.store.begin() as transaction:
        assert transaction.jobs(run) == ()


def test_a_heart_goes_on_beating_after_a_fault(world: World) -> None:
    one = worker(world, "w1")
    beats: list[float] = []

    def fails(seconds: float) -> None:
        beats.append(seconds)
        if len(beats) == 2:
            one._over.set()
        raise OSError(28, "No space left on device")

    one.renewed, one._over = fails, NoWaiting()
    one._beat()
    assert len(beats) == 2


def test_a_worker_that_stops_does_not_wait_for_the_database(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    world.worker("w1")
    world.start()
    world.keeper.store = Outage(world.keeper.store, 1, 10**6)
    stopped = StoppedWhileWaiting()
    segment, name = world.segments.given[-1]
    JobRun(world.keeper, Attached(), name, "here", over=stopped).execute(segment)
    assert stopped.is_set()


def test_after_an_outage_others_get_the_time_to_say_that_they_are_alive(
    world: World,
) -> None:
    one = worker(world, "w1")
    world.worker("w2", lease=world.keeper.clock.now() + LEASE)
    one.start()
    kept = world.keeper.store
    world.keeper.store = Outage(kept, 1, 1)
    pass_by(world, 3 * LEASE)
    one.beat()
    world.keeper.store = kept
    one.beat()
    with kept.begin() as transaction:
        assert {row.name for row in transaction.workers()} == {"w1", "w2"}
    pass_by(world, LEASE)
    one.beat()
    with kept.begin() as transaction:
        assert {row.name for row in transaction.workers()} == {"w1"}
    one.stop()
