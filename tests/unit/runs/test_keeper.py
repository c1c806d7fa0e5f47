from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.declare import Concurrency, Strategy, Workflow
from holdfast.engine.runs.dispatch import dispatch
from holdfast.engine.runs.request import labels_of
from holdfast.model import Event, RunView, State
from holdfast.ports import JobRow, WorkerRow
from holdfast.record import verify_chain
from unit.runs.world import NOON, World, job


def test_a_run_goes_from_job_to_job_and_ends(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build"), job("test", "build")))
    world.worker("w1")
    run = world.start()
    assert run == "r1"
    assert world.keys() == ["r1/build/1"]
    world.end(run, "build")
    assert world.keys() == ["r1/build/1", "r1/test/1"]
    world.end(run, "test")
    row = world.store.runs.runs()[0]
    assert (row.state, row.ended) == (State.SUCCEEDED, NOON)
    assert world.view(run).state is State.SUCCEEDED
    assert verify_chain(world.store.ledger.all())[0] == ()


def test_a_job_without_a_worker_says_what_is_missing(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("build", runs_on=["gpu"]),))
    run = world.start()
    assert "no worker is there" in world.keeper.waits(run)["build"]
    world.worker("w1", "linux")
    assert world.keeper.waits(run)["build"] == (
        "no worker has gpu, only linux; start one: holdfast worker --labels gpu"
    )
    world.worker("w2", "gpu", draining=True)
    assert world.keeper.waits(run)["build"] == (
        "every worker with gpu is draining: w2; "
        "give it work again: holdfast worker drain w2 --end"
    )
    world.worker("w2", "gpu", lease=NOON - timedelta(seconds=1))
    assert "no worker has gpu" in world.keeper.waits(run)["build"]
    assert world.keys() == []


def test_a_slot_that_becomes_free_goes_to_who_waited_longest(world: World) -> None:
    several = job("t", strategy=Strategy({"n": [1, 2, 3]}))
    world.flow = replace(world.flow, jobs=(several,))
    world.worker("w1")
    run = world.start()
    assert world.keys() == ["r1/t.0/1", "r1/t.1/1"]
    assert world.keeper.waits(run) == {
        "t.2": f"every slot of w1 is taken: {run}/t.0 since 2026-03-01 12:00:00 UTC, "
        f"{run}/t.1 since 2026-03-01 12:00:00 UTC"
    }
    world.end(run, "t.1")
    assert world.keys()[-1] == "r1/t.2/1"


def test_cancelling_ends_what_waits_and_asks_what_works(world: World) -> None:
    several = job("t", strategy=Strategy({"n": [1, 2, 3]}))
    world.flow = replace(world.flow, jobs=(several, job("after", "t")))
    world.worker("w1")
    run = world.start()
    assert world.keeper.cancel(run, "wrong branch", "bob")
    why = "bob cancelled it: wrong branch"
    stops = {job.name: job.stop for job in world.store.runs.jobs_of("w1")}
    assert stops == {"r1/t.0/1": why, "r1/t.1/1": why}
    assert world.view(run).jobs["t.2"].state is State.CANCELLED
    for key in ("t.0", "t.1"):
        world.end(run, key, State.CANCELLED)
    assert world.view(run).state is State.CANCELLED
    assert world.view(run).why == why
    assert not world.keeper.cancel(run, "again", "bob")


def test_a_matrix_that_never_began_ends_when_it_is_cancelled(world: World) -> None:
    several = job("t", strategy=Strategy({"n": [1, 2, 3]}))
    world.flow = replace(world.flow, jobs=(several, job("after", "t")))
    run = world.start()
    assert world.keeper.cancel(run, "nobody works here", "bob")
    assert world.view(run).state is State.CANCELLED


@pytest.mark.parametrize("matrix", [None, {"n": [1, 2]}])
def test_a_run_ends_whose_job_gave_way_to_a_newer_one_of_its_group(
    world: World, matrix: Any
) -> None:
    group = Concurrency("deploys", queue="single")
    one = job("t", strategy=Strategy(matrix), concurrency=group)
    world.flow = replace(world.flow, jobs=(one,))
    first, second = world.start(), world.start()
    world.keeper.tick()
    assert world.view(first).state is State.CANCELLED
    assert not world.view(second).state.is_end


def test_a_run_that_cannot_be_moved_on_says_why_and_keeps_no_other_from_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.flow = replace(world.flow, jobs=(job("build"),))
    broken, other = world.start(), world.start()
    with world.store.runs.begin() as transaction:
        for run in (broken, other):
            row = transaction.run(run)
            assert row is not None
            transaction.save(replace(row, wake=NOON))
            asked = world.keeper.entry(Event.CANCEL_ASKED, run, {"why": "late"})
            transaction.append([asked])
    known, before = world.keeper.flow_of, world.store.ledger.of_run(broken)

    def forgotten(view: RunView) -> Workflow:
        if view.id == broken and view.jobs:
            raise KeyError("its sources are gone")
        return known(view)

    world.keeper.flow_of = forgotten
    world.keeper.tick()
    assert world.view(other).state is State.CANCELLED
    with world.store.runs.looking() as transaction:
        row = transaction.run(broken)
    assert row is not None
    assert world.store.ledger.of_run(broken) == before
    assert row.why == "it could not be moved on: KeyError: 'its sources are gone'"
    assert row.wake is not None
    assert row.wake > NOON
    assert f"{broken} could not be moved on" in caplog.text
    assert verify_chain(world.store.ledger.all())[0] == ()


def test_of_a_run_that_is_not_there_nothing_is_cancelled(world: World) -> None:
    assert not world.keeper.cancel("r9", "", "bob")
    assert world.store.ledger.of_run("r9") == ()


def test_what_a_failed_transaction_did_is_not_there(world: World) -> None:
    def fail() -> None:
        with world.store.runs.begin() as transaction:
            transaction.append([world.keeper.entry(Event.QUEUED, "r1", {})])
            transaction.put_job(JobRow("r1", "a", NOON))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with world.store.runs.begin() as transaction:
        assert transaction.jobs() == ()
    assert world.store.ledger.of_run("r1") == ()


def test_pieces_of_output_are_read_from_any_place(world: World) -> None:
    runs = world.store.runs
    runs.keep("r1/a/0/1", 0, b"hello ")
    runs.keep("r1/a/0/2", 0, b"world\n")
    runs.keep("r1/a/0/2", 0, b"world\n")
    assert [runs.length(f"r1/a/0/{n}") for n in (1, 2, 3)] == [6, 6, 0]
    printed = runs.printed
    assert printed("r1", "a", 0) == b"hello world\n"
    assert printed("r1", "a", 0, 3) == b"lo world\n"
    assert printed("r1", "a", 0, 8) == b"rld\n"
    assert printed("r1", "a", 0, 12) == b""


def test_the_least_loaded_worker_takes_the_next_job() -> None:
    lease = NOON + timedelta(hours=1)
    workers = [
        WorkerRow(n, n, "s", ("linux",), slots, lease, NOON)
        for n, slots in (("small", 1), ("big", 4))
    ]
    jobs = [JobRow("r1", str(n), NOON, ("linux",)) for n in range(6)]
    found = dispatch(jobs, workers, NOON)
    assert [worker.name for _, worker in found.given].count("big") == 4
    assert found.waits == {("r1", "5"): "every slot of big, small is taken"}


def test_a_job_that_was_begun_goes_back_to_its_files() -> None:
    lease = NOON + timedelta(hours=1)
    idle = WorkerRow("idle", "idle", "there", (), 8, lease, NOON)
    busy = WorkerRow("busy", "busy", "here", (), 8, lease, NOON)
    jobs = [
        JobRow("r1", "a", NOON, worker="busy"),
        JobRow("r2", "b", NOON, site="here"),
        JobRow("r3", "c", NOON, site="gone"),
    ]
    found = dispatch(jobs, [idle, busy], NOON)
    assert [worker.name for _, worker in found.given] == ["busy", "idle"]


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        (None, ()),
        ("ubuntu-latest", ()),
        ("linux", ("linux",)),
        (["self-hosted", "gpu"], ("self-hosted", "gpu")),
        ({"labels": "x64"}, ("x64",)),
    ],
)
def test_what_a_job_asks_of_a_worker(written: Any, labels: tuple[str, ...]) -> None:
    assert labels_of(written) == labels
