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
from sqlalchemy import Engine

import postgres
from holdfast.drivers.stores.connect import (
    postgres_engine,
    postgres_queue_engine,
    queue_engine,
    store_engine,
)
from holdfast.engine.durable.on_dbos import DbosSegments

pytestmark = pytest.mark.slow
NUMBERS = count(1)
EXECUTOR = Path(__file__).parent / "executor.py"


@dataclass
class World:
    database: str
    folder: Path
    engine: Engine
    segments: DbosSegments
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def execute(
        self, name: str, worker: str, seconds: float = 0.0
    ) -> "subprocess.Popen[bytes]":
        words = (self.database, name, worker, str(self.folder / "said"), str(seconds))
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

    def enqueue(self, segment: str, worker: str) -> None:
        with self.engine.begin() as transaction:
            self.segments.enqueue(transaction, segment, worker)

    def stop(self, process: "subprocess.Popen[bytes]") -> None:
        process.kill()
        process.communicate()

    def close(self) -> None:
        for process in self.started:
            self.stop(process)
        self.segments.close()
        self.engine.dispose()


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
        engine, queue = postgres_engine(database), postgres_queue_engine(database)
    else:
        engine, queue = store_engine(Path(database)), queue_engine(Path(database))
    made = World(database, tmp_path, engine, DbosSegments(queue))
    yield made
    made.close()
    queue.dispose()


def test_a_segment_exists_when_its_transaction_commits_and_is_executed_once(
    world: World,
) -> None:
    world.execute("a-1", "wa")
    with world.engine.connect() as connection, connection.begin() as transaction:
        world.segments.enqueue(connection, "taken-back", "wa")
        transaction.rollback()
    for _ in range(2):
        world.enqueue("kept", "wa")
    world.until(lambda: "end kept a-1" in world.said())
    assert [line for line in world.said() if "kept" in line] == [
        "begin kept a-1",
        "end kept a-1",
    ]
    assert not [line for line in world.said() if "taken-back" in line]


def test_a_process_takes_only_what_is_meant_for_its_worker(world: World) -> None:
    world.execute("b-1", "wb")
    world.enqueue("for-c", "wc")
    world.enqueue("for-b", "wb")
    world.until(lambda: "end for-b b-1" in world.said())
    world.execute("c-1", "wc")
    world.until(lambda: "end for-c c-1" in world.said())
    assert "begin for-c b-1" not in world.said()


def test_what_a_killed_process_held_stays_with_it_until_it_is_recovered(
    world: World,
) -> None:
    first = world.execute("d-1", "wd", seconds=60)
    world.enqueue("long", "wd")
    world.until(lambda: "begin long d-1" in world.said())
    world.stop(first)
    world.execute("d-2", "wd")
    world.enqueue("next", "wd")
    world.until(lambda: "end next d-2" in world.said())
    assert "begin long d-2" not in world.said()
    assert world.segments.held_by(["d-1"]) == ("long",)
    assert world.segments.recover(["d-1"], "wd") == ("long",)
    world.until(lambda: "end long d-2" in world.said())
    assert world.segments.held_by(["d-1"]) == ()


def test_a_worker_that_is_woken_does_not_wait_for_its_next_look(world: World) -> None:
    process = world.execute("one", "woken")
    assert process.stdin is not None
    for name in ("w1/a/1", "w2/a/1"):
        process.stdin.write(f"{name}\n".encode())
        process.stdin.flush()
        world.until(lambda name=name: f"end {name} one" in world.said())  # type: ignore[misc]


def test_a_cancelled_segment_is_not_begun(world: World) -> None:
    world.enqueue("unwanted", "we")
    world.segments.cancel(["unwanted"])
    world.enqueue("wanted", "we")
    world.execute("e-1", "we")
    world.until(lambda: "end wanted e-1" in world.said())
    assert "begin unwanted e-1" not in world.said()


def test_what_has_ended_can_be_forgotten(world: World) -> None:
    world.execute("f-1", "wf")
    world.enqueue("old", "wf")
    world.until(lambda: "end old f-1" in world.said())
    world.until(lambda: world.segments.held_by(["f-1"]) == ())
    later = datetime.now(UTC) + timedelta(hours=1)
    assert world.segments.prune(later) >= 1
    assert world.segments.prune(later) == 0


def test_who_closes_has_noted_the_end_of_what_was_at_work(world: World) -> None:
    process = world.execute("g-1", "wg", seconds=1.0)
    world.enqueue("at-work", "wg")
    world.until(lambda: "begin at-work g-1" in world.said())
    process.terminate()
    world.until(lambda: "closed g-1" in world.said())
    assert process.wait(30) == 0
    assert "end at-work g-1" in world.said()
    assert world.segments.held_by(["g-1"]) == ()
    assert (world.folder / "g-1.stderr").read_text(encoding="utf-8") == ""
