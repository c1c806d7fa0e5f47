import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from holdfast.declare import Retry
from holdfast.engine.durable import Execute
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.runs.liveness import HANDOVER, LEASE, MARGIN
from holdfast.engine.runs.trays import Trays
from holdfast.engine.runs.worker import Worker
from holdfast.model import Event, State
from holdfast.ports import WorkerRow
from holdfast.problems import HoldfastError
from unit.runs.test_cost import counted
from unit.runs.world import NOON, ScriptedWork, World, job, step


class HandExecutor:
    """Notes what it is to begin; the test executes it."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def launch(self, execute: Execute, /) -> None:
        self.execute = execute

    def begin(self, segment: str, /) -> None:
        self.begun.append(segment)

    def rest(self, wait: float, /) -> None: ...

    def close(self, patience: float | None = None, /) -> tuple[str, ...]:
        return ()


def worker(world: World, name: str, number: int = 1, site: str = "here") -> Worker:
    row = WorkerRow(f"{name}-{number}", name, site, (), 2, NOON, NOON)
    work = JobRun(world.keeper, world.work, name, site)
    return Worker(world.keeper, HandExecutor(), work, row)


def pass_by(world: World, time: timedelta) -> None:
    world.keeper.clock.sleep(time.total_seconds())


def test_a_worker_that_starts_takes_what_waits(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    run = world.start()
    assert world.keys() == []
    one = worker(world, "w1")
    one.start()
    assert world.segments.given == [(f"{run}/build/1", "w1")]
    one.job.execute(f"{run}/build/1")
    assert world.view(run).state is State.SUCCEEDED
    one.stop()
    with world.store.runs.begin() as transaction:
        assert transaction.workers() == ()


def test_the_jobs_of_a_worker_that_is_gone_go_to_another(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    world.worker("dead", lease=NOON + LEASE)
    run = world.start()
    other = worker(world, "w2")
    other.start()
    pass_by(world, LEASE)
    assert other.sweep() == ()
    with world.store.runs.begin() as transaction:
        alive = NOON + LEASE + timedelta(hours=1)
        transaction.put_worker(replace(other.row, lease=alive))
    pass_by(world, MARGIN + timedelta(seconds=1))
    assert other.sweep() == ("dead",)
    assert world.segments.given[-1] == (f"{run}/build/2", "w2")
    other.stop()


def test_a_worker_that_comes_back_finds_its_own_jobs(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    first = worker(world, "w1")
    first.start()
    run = world.start()
    first.stop()
    with world.store.runs.begin() as transaction:
        left = transaction.workers()[0]
    assert left.draining
    assert left.lease > NOON + LEASE
    again = worker(world, "w1", 2)
    again.start()
    assert world.segments.given[-1] == (f"{run}/build/2", "w1")
    again.stop()


@pytest.mark.parametrize("before", [True, False], ids=["is there", "comes later"])
def test_a_job_of_a_worker_that_left_for_good_is_taken_at_once(
    world: World,
    before: bool,  # noqa: FBT001 - a table
) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    once, next_one = worker(world, "w1-77"), worker(world, "w2")
    once.returns = False
    once.start()
    run = world.start()
    if before:
        next_one.start()
    once.stop()
    assert world.segments.given[-1] == (f"{run}/build/1", "w1-77")
    if before:
        next_one.sweep()
    else:
        next_one.start()
    assert world.segments.given[-1] == (f"{run}/build/2", "w2")
    with world.store.runs.begin() as transaction:
        assert [row.name for row in transaction.workers()] == ["w2"]
    next_one.stop()


def test_a_step_that_goes_on_by_itself_is_left_alone_by_another_site(
    world: World,
) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    once = worker(world, "w1-77")
    once.returns = False
    once.start()
    run = world.start()
    once.stop()
    there = worker(world, "w2", site="there")
    there.start()
    there.sweep()
    assert world.segments.given == [(f"{run}/build/1", "w1-77")]
    pass_by(world, HANDOVER + MARGIN + timedelta(seconds=1))
    with world.store.runs.begin() as transaction:
        alive = world.keeper.clock.now() + LEASE
        transaction.put_worker(replace(there.row, lease=alive))
    there.sweep()
    assert world.segments.given[-1] == (f"{run}/build/2", "w2")
    there.stop()


def test_two_workers_of_one_name_on_two_machines_are_refused(world: World) -> None:
    first = worker(world, "w1")
    first.start()
    with pytest.raises(HoldfastError, match="called w1 is alive already"):
        worker(world, "w1", 2, site="there").start()
    first.stop()


def test_a_worker_is_told_which_of_its_segments_are_to_end(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    one = worker(world, "w1")
    one.start()
    run = world.start()
    world.keeper.cancel(run, "enough", "ann")
    for _ in range(100):
        if one.stopping(f"{run}/build/1"):
            break
        one._threads[0].join(0.05)
    assert one.stopping(f"{run}/build/1") == "ann cancelled it: enough"
    one.stop()


def until_begun(executor: HandExecutor, segments: list[str]) -> None:
    """Wait for a worker's threads, a few seconds at most."""
    for _ in range(100):
        if executor.begun == segments:
            return
        time.sleep(0.05)
    assert executor.begun == segments


def test_a_worker_begins_what_it_was_given_here_and_elsewhere_and_each_once(
    world: World,
) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    one, executor = worker(world, "w1"), HandExecutor()
    one.executor = executor
    world.keeper.segments = one.trays
    one.start()
    here = f"{world.start()}/build/1"
    until_begun(executor, [here])
    world.keeper.segments = Trays()
    elsewhere = f"{world.start()}/build/1"
    until_begun(executor, [here, elsewhere])
    one.look()
    one.job.execute(here)
    one.stop()
    assert executor.begun == [here, elsewhere]


def test_what_could_not_be_begun_is_tried_again_at_the_next_look(world: World) -> None:
    class Reluctant(HandExecutor):
        def begin(self, segment: str, /) -> None:
            self.begun.append(segment)
            if len(self.begun) == 1:
                raise OSError

    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    one, executor = worker(world, "w1"), Reluctant()
    one.executor = executor
    one.start()
    run = world.start()
    until_begun(executor, [f"{run}/build/1"] * 2)
    one.stop()


def test_a_job_whose_worker_leaves_goes_on_after_the_steps_that_ended(
    world: World,
) -> None:
    steps = (step("a"), step("b"), step("c"))
    world.flow = replace(world.flow, jobs=(job("build", steps=steps),))
    first = worker(world, "w1")
    first.start()
    run = world.start()

    def leave_in_b(at: StepAt, stopping: Callable[[], str]) -> StepEnd:
        if at.step.id == "b":
            first.job.left.set()
        return ScriptedWork.perform(world.work, at, stopping)

    leaving = ScriptedWork(done=world.work.done)
    leaving.perform = leave_in_b  # type: ignore[method-assign]
    first.job.work = leaving
    first.job.execute(f"{run}/build/1")
    assert world.work.done == ["a", "b"]
    assert world.view(run).jobs["build"].steps[1].outcome == "success"
    first.stop()
    again = worker(world, "w1", 2)
    again.start()
    again.job.execute(f"{run}/build/2")
    assert world.work.done == ["a", "b", "c"]
    assert world.view(run).state is State.SUCCEEDED
    again.stop()


def test_a_worker_that_stops_is_given_nothing_new(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    one = worker(world, "w1")
    one.start()

    class Slow(HandExecutor):
        def rest(self, wait: float, /) -> None:
            world.start()

    one.executor = Slow()
    one.stop()
    assert world.segments.given == []


def test_a_worker_that_leaves_begins_no_other_attempt(world: World) -> None:
    tries = Retry(attempts=3, delay=3600)
    world.flow = replace(
        world.flow, jobs=(job("build", steps=(step("a", retry=tries),)),)
    )
    one = worker(world, "w1")
    begun: list[int] = []

    def fail_and_leave(at: StepAt, _stopping: Callable[[], str]) -> StepEnd:
        begun.append(at.attempt)
        one.job.left.set()
        return StepEnd("failure")

    one.job.work = leaving = ScriptedWork()
    leaving.perform = fail_and_leave  # type: ignore[method-assign]
    one.start()
    run = world.start()
    one.job.execute(f"{run}/build/1")
    assert begun == [1]
    assert world.view(run).state is State.RUNNING
    one.stop()


def test_a_worker_that_was_drained_is_drained_after_its_restart(world: World) -> None:
    def say(event: Event) -> None:
        entry = world.keeper.entry(event, "", {"worker": "w1"}, "ann")
        with world.store.runs.begin() as transaction:
            transaction.append([entry])

    def restart(number: int) -> bool:
        again = worker(world, "w1", number)
        again.start()
        with world.store.runs.begin() as transaction:
            (row,) = transaction.workers()
        again.stop()
        return row.draining

    assert not restart(1)
    say(Event.DRAINED)
    assert restart(2)
    say(Event.UNDRAINED)
    assert not restart(3)


def test_a_worker_without_slots_is_listed_nowhere_and_looks_after_others(
    world: World,
) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    world.worker("dead", lease=NOON + LEASE)
    run = world.start()
    server = worker(world, "server")
    server.row = replace(server.row, slots=0)
    server.start()
    with world.store.runs.looking() as transaction:
        assert [row.name for row in transaction.workers()] == ["dead"]
    pass_by(world, LEASE + MARGIN + timedelta(seconds=1))
    with counted(world.store.engine) as sent:
        server.beat()
    assert not [one for one in sent.sent if one.startswith("INSERT INTO workers")]
    server.stop()
    with world.store.runs.looking() as transaction:
        assert transaction.workers() == ()
        assert [row.worker for row in transaction.jobs(run)] == [""]
