from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from time import sleep

import pytest

from holdfast.declare import Retry
from holdfast.engine.durable import Execute
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.stand import StepAt, StepEnd
from holdfast.engine.runs.worker import LEASE, MARGIN, Worker
from holdfast.model import State
from holdfast.ports import WorkerRow
from holdfast.problems import HoldfastError
from unit.runs.world import NOON, World, job, step


class HandExecutor:
    """Executes what the test hands it."""

    def launch(self, execute: Execute, /) -> None:
        self.execute = execute

    def close(self, wait: int = 0, /) -> None: ...


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


class Endless:
    """Steps that last for ever, unless somebody looks at them later."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
        self.begun.append(at.key)
        while not stopping():
            sleep(0.005)
        raise AssertionError

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
        return StepEnd("success")

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        raise AssertionError(at)

    def leave(self, run: str, job: str, /) -> None: ...

    def remains(self) -> tuple[tuple[str, str], ...]:
        return ()


def test_a_worker_that_stops_waits_for_no_step(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    one = worker(world, "w1")
    one.job.work = work = Endless()
    one.start()
    run = world.start()
    thread = Thread(target=one.job.execute, args=(f"{run}/build/1",), daemon=True)
    thread.start()
    while not work.begun:
        sleep(0.005)
    one.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
    again = worker(world, "w1", 2)
    again.job.work = work
    again.start()
    again.job.execute(f"{run}/build/2")
    assert world.view(run).state is State.SUCCEEDED
    assert len(work.begun) == 1
    again.stop()


def test_a_worker_that_stops_begins_no_other_attempt(world: World) -> None:
    tries = Retry(attempts=3, delay=3600)
    world.flow = replace(
        world.flow, jobs=(job("build", steps=(step("a", retry=tries),)),)
    )
    one = worker(world, "w1")
    begun: list[int] = []

    class Fails(Endless):
        def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
            begun.append(at.attempt)
            one.job.leaving.set()
            return StepEnd("failure")

    one.job.work = Fails()
    one.start()
    run = world.start()
    one.job.execute(f"{run}/build/1")
    assert begun == [1]
    assert world.view(run).state is State.RUNNING
    one.stop()
