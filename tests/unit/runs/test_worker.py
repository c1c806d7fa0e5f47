from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from holdfast.engine.durable import Execute
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.stand import StepAt, StepEnd
from holdfast.engine.runs.worker import LEASE, MARGIN, Worker
from holdfast.model import State
from holdfast.ports import WorkerRow
from holdfast.problems import HoldfastError
from unit.runs.world import NOON, ScriptedWork, World, job, step


class HandExecutor:
    """Executes what the test hands it."""

    def launch(self, execute: Execute, /) -> None:
        self.execute = execute

    def rest(self, wait: float = 0, /) -> None: ...

    def close(self) -> None: ...


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
        def rest(self, wait: float = 0, /) -> None:
            world.start()

    one.executor = Slow()
    one.stop()
    assert world.segments.given == []
