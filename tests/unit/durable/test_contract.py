"""Everything relied on of the durable engine, each as one test; see the ADR on segments."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

import postgres
from holdfast.drivers.stores.connect import postgres_queue_engine, queue_engine
from holdfast.engine.durable.on_dbos import DbosRecords

pytestmark = pytest.mark.slow
NUMBERS = count(1)
EXECUTOR = Path(__file__).parent / "executor.py"


@dataclass
class World:
    database: str
    folder: Path
    records: DbosRecords
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def execute(
        self, name: str, seconds: float = 0.0, *more: str
    ) -> "subprocess.Popen[bytes]":
        words = (self.database, name, str(self.folder / "said"), str(seconds), *more)
        with (self.folder / f"{name}.stderr").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, str(EXECUTOR), *words],
                stdin=subprocess.PIPE,
                stderr=said,
            )
        self.started.append(process)
        self.until(lambda: f"ready {name}" in self.said())
        return process

    def said(self) -> list[str]:
        file = self.folder / "said"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def until(self, happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + 30
        while not happened():
            assert time.monotonic() < give_up, self.said()
            time.sleep(0.02)

    def begin(
        self, process: "subprocess.Popen[bytes]", *segments: str, by: str
    ) -> None:
        """Have a process begin segments, one after the other; wait until it was told."""
        assert process.stdin is not None
        for segment in segments:
            process.stdin.write(f"{segment}\n".encode())
        process.stdin.flush()
        self.until(lambda: f"told {segments[-1]} {by}" in self.said())

    def stop(self, process: "subprocess.Popen[bytes]") -> None:
        process.kill()
        process.communicate()

    def close(self) -> None:
        for process in self.started:
            self.stop(process)
        self.records.close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path_factory.mktemp("durable") / "holdfast.db")
    elif not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    else:
        name = f"durable-{next(NUMBERS)}"
        yield postgres.new_database(request.getfixturevalue("cluster"), name)


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    if database.startswith("postgres"):
        queue = postgres_queue_engine(database)
    else:
        queue = queue_engine(Path(database))
    made = World(database, tmp_path, DbosRecords(queue))
    yield made
    made.close()
    queue.dispose()


def test_a_name_is_executed_once_whoever_begins_it_and_however_often(
    world: World,
) -> None:
    first = world.execute("a-1")
    world.begin(first, "r1/build/1", "r1/build/1", "r1/build/2", by="a-1")
    world.until(lambda: "end r1/build/2 a-1" in world.said())
    world.begin(world.execute("a-2"), "r1/build/1", "r2/build/1", by="a-2")
    world.until(lambda: "end r2/build/1 a-2" in world.said())
    said = [line for line in world.said() if line.startswith(("begin", "end"))]
    assert sorted(said) == [
        "begin r1/build/1 a-1",
        "begin r1/build/2 a-1",
        "begin r2/build/1 a-2",
        "end r1/build/1 a-1",
        "end r1/build/2 a-1",
        "end r2/build/1 a-2",
    ]


def test_what_a_killed_process_held_stays_with_it_and_is_executed_by_nobody(
    world: World,
) -> None:
    first = world.execute("d-1", seconds=60)
    world.begin(first, "long", by="d-1")
    world.until(lambda: "begin long d-1" in world.said())
    world.stop(first)
    second = world.execute("d-2")
    world.begin(second, "long", "next", by="d-2")
    world.until(lambda: "end next d-2" in world.said())
    assert "begin long d-2" not in world.said()
    assert world.records.held_by(["d-1"]) == ("long",)
    world.until(lambda: world.records.held_by(["d-2"]) == ())


def test_what_has_ended_can_be_forgotten(world: World) -> None:
    world.begin(world.execute("f-1"), "old", by="f-1")
    world.until(lambda: "end old f-1" in world.said())
    world.until(lambda: world.records.held_by(["f-1"]) == ())
    later = datetime.now(UTC) + timedelta(hours=1)
    assert world.records.prune(later) >= 1
    assert world.records.prune(later) == 0


def test_who_closes_has_noted_the_end_of_what_was_at_work(world: World) -> None:
    process = world.execute("g-1", seconds=1.0)
    world.begin(process, "at-work", by="g-1")
    world.until(lambda: "begin at-work g-1" in world.said())
    assert process.stdin
    process.stdin.close()
    world.until(lambda: "closed g-1" in world.said())
    assert process.wait(30) == 0
    assert "end at-work g-1" in world.said()
    assert world.records.held_by(["g-1"]) == ()
    assert (world.folder / "g-1.stderr").read_text(encoding="utf-8") == ""


def test_who_closes_with_no_more_patience_says_what_was_still_at_work(
    world: World,
) -> None:
    process = world.execute("h", 60.0, "0.2")
    world.begin(process, "h-1", by="h")
    world.until(lambda: "begin h-1 h" in world.said())
    assert process.stdin is not None
    process.stdin.close()
    world.until(lambda: "closed h h-1" in world.said())
    process.wait(20)
    assert world.records.held_by(["h"]) == ("h-1",)
    assert "end h-1 h" not in world.said()
