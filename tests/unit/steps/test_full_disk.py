"""What a step is when the disk its files are on is full: never good without its word."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event as Signal

import pytest

import disks
from holdfast.drivers.steps import step_files
from holdfast.drivers.stores import open_store
from holdfast.engine.runs.job import JobRun
from holdfast.model import State
from unit.runs.test_steps import Shop, sh
from unit.runs.world import World, job

Fill = Callable[[], Path]
FILL = 'head -c 9999999 /dev/zero >"$DISK/filler" 2>/dev/null || true;'


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Fill]:
    """A small disk for the files of steps."""
    with disks.small(tmp_path / "steps", "256k") as fill:
        yield fill


@pytest.fixture
def shop(tmp_path: Path, full: Fill) -> Iterator[Shop]:  # noqa: ARG001 - where it is
    store = open_store(tmp_path / "holdfast.db")
    world = World.of(store)
    world.worker("w1")
    made = Shop(world, tmp_path)
    yield made
    for runner in made.runners:
        runner.close()
    store.close()


@pytest.mark.parametrize(
    "script",
    [
        "head -c 999999 /dev/zero",
        f"{FILL} echo '::set-output name=colour::blue'",
        f"{FILL} echo '::add-mask::blue'",
        f"{FILL} echo '::save-state name=colour::blue'; echo more",
    ],
)
def test_a_step_whose_output_could_not_be_kept_is_not_called_good(
    shop: Shop, tmp_path: Path, script: str
) -> None:
    env = {"DISK": str(tmp_path / "steps")}
    done = tmp_path / "done"
    first = sh(f"{script}; echo done >> {done}", env=env)
    run = shop.run(first, sh("true", "after"))
    step, after = shop.world.view(run).jobs["j"].steps.values()
    assert done.read_text() == "done\n"
    assert (step.attempt, step.outcome, after.outcome) == (1, "failure", "skipped")
    assert "of its output could not be kept" in step.body["why"]
    assert shop.world.view(run).state is State.FAILED


def test_a_check_says_what_it_says_whatever_becomes_of_its_output(
    shop: Shop, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    checked = sh(f"echo done >> {done}", check="head -c 999999 /dev/zero")
    run = shop.run(checked)
    assert shop.world.view(run).state is State.SUCCEEDED
    assert not done.exists()


class RoomAgain(Signal):
    """While something is waited for, the disk gets room again."""

    def __init__(self, filler: Path) -> None:
        super().__init__()
        self.filler = filler

    def wait(self, timeout: float | None = None) -> bool:
        self.filler.unlink(missing_ok=True)
        return super().wait(0)


def test_a_step_that_could_not_be_begun_is_begun_when_there_is_room_again(
    shop: Shop, full: Fill, tmp_path: Path
) -> None:
    done, world = tmp_path / "done", shop.world
    step = sh(f"echo done >> {done}")
    world.flow = replace(world.flow, jobs=(job("j", steps=(step,)),))
    run, work = world.start(), shop.work()
    segment, worker = world.segments.given[-1]
    over = RoomAgain(full())
    JobRun(world.keeper, work, worker, "here", over=over).execute(segment)
    assert not over.filler.exists()
    assert world.view(run).state is State.SUCCEEDED
    assert done.read_text() == "done\n"


def test_a_lease_is_renewed_on_a_full_disk_and_steps_go_on(
    shop: Shop, full: Fill
) -> None:
    shop.work()
    (runner,) = shop.runners
    lease = runner._folder / step_files.LEASE
    before = float(lease.read_text())
    full()
    runner.renew(90)
    assert float(lease.read_text()) > before + 25
    runner.renew(5)
    assert float(lease.read_text()) < before
    assert {file.name for file in lease.parent.iterdir()} == {"lease", "filler"}
