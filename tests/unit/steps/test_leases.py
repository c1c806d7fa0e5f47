"""Which worker keeps a command: one that is killed, one that holds the lease, or nobody."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from holdfast.drivers.steps.runner import ShimRunner
from holdfast.ports import LeaseOver
from holdfast.problems import HoldfastError
from unit.steps.test_shim import STARTER, end_of, is_alive, printed_pid, task, until


def test_a_killed_worker_finds_its_command_again(tmp_path: Path) -> None:
    folder = tmp_path / "steps"
    script = "echo begun; sleep 1.2; echo done; exit 4"
    worker = subprocess.Popen(
        [
            sys.executable,
            str(STARTER),
            str(folder),
            "r1/a/0/1",
            "/bin/sh",
            "-c",
            script,
        ],
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"started\n"
    worker.kill()
    worker.wait()
    worker.stdout.close()
    again = ShimRunner(folder)
    assert list(again.known()) == ["r1/a/0/1"]
    process = again.attach("r1/a/0/1")
    assert process is not None
    end = end_of(process)
    assert (end.how, end.status) == ("exited", 4)
    assert process.output(0) == b"begun\ndone\n"
    assert again.attach("r1/a/0/2") is None
    process.forget()
    assert list(again.known()) == []
    again.close()


def test_nothing_begins_when_the_lease_ended_since_it_was_decided(
    runner: ShimRunner,
) -> None:
    decided = task("echo late", term=runner.term)
    runner.renew(-1)
    with pytest.raises(LeaseOver, match="had ended"):
        runner.start(decided)
    runner.renew(60)
    assert runner.term == decided.term + 1
    with pytest.raises(LeaseOver, match="had ended"):
        runner.start(decided)
    assert runner.attach(decided.key) is None
    anew = runner.start(replace(decided, term=runner.term))
    assert end_of(anew).status == 0


def test_a_lease_that_is_renewed_in_time_stays_the_same(runner: ShimRunner) -> None:
    term = runner.term
    runner.renew(60)
    assert runner.term == term


def test_two_workers_of_a_site_are_in_nobodys_way(tmp_path: Path) -> None:
    """They hold one lease, and the steps of one may go while the other looks at all."""
    one, other = ShimRunner(tmp_path / "steps"), ShimRunner(tmp_path / "steps")
    faults: list[BaseException] = []

    def busy(runner: ShimRunner, name: str) -> None:
        try:
            for number in range(300):
                runner.renew(60)
                runner.forestall(f"{name}/build/{number}")
                list(runner.known())
                runner.clear(name)
        except OSError as fault:
            faults.append(fault)

    threads = [
        Thread(target=busy, args=it) for it in ((one, "r1"), (other, "r2"), (one, "r3"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_what_was_forestalled_never_begins(runner: ShimRunner) -> None:
    assert runner.forestall("r1/build/0/1")
    assert runner.forestall("r1/build/0/1")
    with pytest.raises(HoldfastError, match="was begun before"):
        runner.start(task("echo late"))
    assert runner.attach("r1/build/0/1") is None


def test_what_has_begun_cannot_be_forestalled(runner: ShimRunner) -> None:
    process = runner.start(task("sleep 0.2"))
    assert not runner.forestall(process.key)
    assert end_of(process).status == 0
    assert not runner.forestall(process.key)


def test_all_of_a_job_is_ended_and_removed(runner: ShimRunner) -> None:
    process = runner.start(task("echo $$; sleep 60"))
    other = runner.start(task("echo other", "r1/test/0/1"))
    child = printed_pid(process)
    end_of(other)
    process.release()
    runner.forestall("r1/build/1/1")
    runner.clear("r1/build")
    until(lambda: not is_alive(child))
    assert list(runner.known()) == [other.key]
    runner.clear("r1/test")
    assert not runner._home("r1").exists()
