"""
Clocks that are set while runs are at work, and machines whose clocks differ.

Nobody who is alive loses his jobs by that, and nobody who is gone keeps them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from fakes import StoppedClock
from holdfast.declare import ClaimWanted, Retry
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepEnd
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.liveness import BEAT, LEASE, MARGIN
from holdfast.engine.runs.worker import Worker
from holdfast.model import Claim, State
from holdfast.ports import WorkerRow
from unit.runs.test_worker import HandExecutor
from unit.runs.world import NOON, World, job, step

HOUR = timedelta(hours=1)
JUMPS = [HOUR, -HOUR]


@dataclass
class Machine:
    """A worker with a clock of its own; true time passes on all machines alike."""

    world: World
    name: str
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOON))
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        mine: Keeper = replace(self.world.keeper, clock=self.clock)
        row = WorkerRow(f"{self.name}-1", self.name, self.name, (), 2, NOON, NOON)
        run = JobRun(mine, self.world.work, self.name, self.name)
        self.worker = Worker(mine, HandExecutor(), run, row)

    def jump(self, by: timedelta) -> None:
        self.clock.time += by


def names(world: World) -> list[str]:
    with world.store.runs.begin() as transaction:
        return sorted(row.name for row in transaction.workers())


def time_passes(time: timedelta, *machines: Machine) -> None:
    """All machines beat for so long."""
    for _ in range(int(time.total_seconds() / BEAT)):
        for one in machines:
            one.clock.sleep(BEAT)
        for one in machines:
            one.worker.beat()


@pytest.fixture
def two(world: World) -> Iterator[tuple[Machine, Machine]]:
    made = Machine(world, "w1"), Machine(world, "w2")
    for one in made:
        one.worker.start()
    time_passes(timedelta(seconds=10), *made)
    yield made
    for one in made:
        one.worker.stop()


@pytest.mark.parametrize("jump", JUMPS)
def test_who_sets_his_clock_takes_nobodys_jobs_and_keeps_his_own(
    world: World, two: tuple[Machine, Machine], jump: timedelta
) -> None:
    first, _ = two
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    world.start()
    given = list(world.segments.given)
    assert len(given) == 1
    first.jump(jump)
    time_passes(timedelta(minutes=1), *two)
    assert names(world) == ["w1", "w2"]
    assert world.segments.given == given


@pytest.mark.parametrize("jump", [timedelta(), *JUMPS])
@pytest.mark.parametrize("whose", [0, 1], ids=["the dead one", "the living one"])
def test_who_is_gone_is_gone_soon_whatever_clocks_show(
    world: World, two: tuple[Machine, Machine], jump: timedelta, whose: int
) -> None:
    _, other = two
    two[whose].jump(jump)
    time_passes(timedelta(seconds=4), *two)
    time_passes(LEASE, other)
    assert names(world) == ["w1", "w2"]
    time_passes(MARGIN + timedelta(seconds=BEAT), other)
    assert names(world) == ["w2"]


@pytest.mark.parametrize("jump", JUMPS)
def test_an_outage_and_a_clock_that_was_set_make_nobody_patient_for_long(
    world: World, two: tuple[Machine, Machine], jump: timedelta
) -> None:
    _, other = two
    other.worker._lookout.be_patient()
    other.jump(jump)
    time_passes(LEASE + MARGIN + timedelta(seconds=2 * BEAT), other)
    assert names(world) == ["w2"]


@pytest.mark.parametrize("jump", JUMPS)
def test_the_time_of_a_job_and_the_pause_between_attempts_pass_as_time_does(
    world: World, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.keeper.clock = clock = StoppedClock(NOON)
    retried = step("a", retry=Retry(attempts=2, delay=30))
    build = job("build", steps=(retried, step("b")), timeout_minutes=10)
    world.flow = replace(world.flow, jobs=(build,))
    world.worker("w1")
    run, sleep = world.start(), clock.sleep

    def set_meanwhile(seconds: float) -> None:
        sleep(seconds)
        if len(clock.slept) == 1:
            clock.time += jump

    monkeypatch.setattr(clock, "sleep", set_meanwhile)
    world.work.ends["a"] = [StepEnd("failure"), StepEnd("success")]
    segment, name = world.segments.given[-1]
    JobRun(world.keeper, world.work, name, "here").execute(segment)
    assert world.view(run).state is State.SUCCEEDED
    assert world.work.done == ["a", "a", "b"]
    assert sum(clock.slept) == pytest.approx(30)


def test_who_waits_for_a_claim_does_not_wait_longer_because_a_clock_was_set_back(
    world: World, two: tuple[Machine, Machine], caplog: pytest.LogCaptureFixture
) -> None:
    first, _ = two
    held = Claim("host:web-1", "ann", "", NOON, NOON + 9 * HOUR, 1)
    with world.store.runs.begin() as transaction:
        transaction.put_claim(held)
    claimed = job("build", steps=(step("a"),), claims=(ClaimWanted("host:web-1"),))
    world.flow = replace(world.flow, jobs=(claimed,))
    run = world.start()
    time_passes(timedelta(seconds=10), *two)
    first.jump(-HOUR)
    first.worker.beat()
    assert "set back by 3600 s" in caplog.text
    with world.store.runs.begin() as transaction:
        transaction.release("ann")
    time_passes(timedelta(seconds=8), first)
    assert [one.rpartition("/")[0] for one, _ in world.segments.given] == [
        f"{run}/build"
    ]


def test_a_clock_that_goes_a_little_wrong_is_not_told(
    two: tuple[Machine, Machine], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(10):
        two[0].jump(timedelta(milliseconds=200))
        time_passes(timedelta(seconds=2), *two)
    assert caplog.text == ""
