"""The processes that keep commands: killed at any moment, and used again."""

import os
import signal
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from holdfast.drivers.steps import command, step_files
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.problems import HoldfastError
from unit.steps.test_shim import end_of, is_alive, printed_pid, task, until


def test_a_killed_spawner_is_replaced_and_harms_nobody(runner: ShimRunner) -> None:
    first = runner.start(task("sleep 1; echo first"))
    assert runner._shims._spawner is not None
    runner._shims._spawner.kill()
    runner._shims._spawner.wait()
    second = runner.start(task("echo second", "r1/build/1/1"))
    assert end_of(second).status == 0
    assert end_of(first).status == 0
    assert first.output(0) == b"first\n"


def test_a_killed_shim_takes_its_command_along_and_is_found_out(
    runner: ShimRunner,
) -> None:
    process = runner.start(task("echo $$; sleep 60"))
    child = printed_pid(process)
    shim = step_files.read_pid(runner._home(process.key))
    assert shim is not None
    os.kill(shim, signal.SIGKILL)
    assert end_of(process).how == "lost"
    until(lambda: not is_alive(child))


def keeper_of(runner: ShimRunner, key: str) -> int:
    said = (runner._home(key) / step_files.KEEPER).read_text("ascii")
    return int(said.split()[0])


def test_a_shim_whose_command_left_nothing_keeps_the_next_one(
    runner: ShimRunner,
) -> None:
    for number, status in enumerate((0, 3, 0)):
        process = runner.start(
            task(f"echo {number}; exit {status}", f"r1/a/{number}/1")
        )
        assert end_of(process).status == status
        assert process.output(0) == f"{number}\n".encode()
    assert len({keeper_of(runner, f"r1/a/{number}/1") for number in range(3)}) == 1


def test_a_shim_whose_command_left_something_keeps_no_other(runner: ShimRunner) -> None:
    assert not end_of(runner.start(task("sleep 60 & echo $!", "r1/a/0/1"))).alone
    assert end_of(runner.start(task("true", "r1/a/1/1"))).alone
    first, second = (keeper_of(runner, f"r1/a/{number}/1") for number in range(2))
    assert first != second


def test_the_next_command_knows_nothing_of_the_one_before(runner: ShimRunner) -> None:
    first = task(
        "echo $TOKEN; echo ::add-mask::masked", "r1/a/0/1", secrets=("s3cret",)
    )
    end_of(runner.start(replace(first, env={**first.env, "TOKEN": "s3cret"})))
    process = runner.start(
        task("echo s3cret masked; env; ls /proc/self/fd", "r2/b/0/1")
    )
    assert end_of(process).status == 0
    said = process.output(0)
    assert b"s3cret masked\n" in said
    assert b"TOKEN" not in said
    assert said.endswith(b"\n0\n1\n2\n3\n")


def test_who_is_told_too_late_to_end_does_not_end_the_next_one(
    runner: ShimRunner,
) -> None:
    before = runner.start(task("true", "r1/a/0/1"))
    end_of(before)
    process = runner.start(task("sleep 0.5; echo done", "r1/a/1/1"))
    before.cancel()
    end = end_of(process)
    assert (end.how, process.output(0)) == ("exited", b"done\n")


def test_a_free_shim_that_was_killed_or_told_to_end_is_replaced(
    runner: ShimRunner,
) -> None:
    for number, sent in enumerate((signal.SIGKILL, signal.SIGTERM)):
        end_of(runner.start(task("true", f"r1/a/{number}/1")))
        keeper = keeper_of(runner, f"r1/a/{number}/1")
        os.kill(keeper, sent)
        until(partial(lambda pid: not is_alive(pid), keeper))
    process = runner.start(task("echo again", "r1/a/2/1"))
    assert end_of(process).status == 0
    assert process.output(0) == b"again\n"


def test_free_shims_end_with_the_worker(runner: ShimRunner) -> None:
    end_of(runner.start(task("true", "r1/a/0/1")))
    keeper = keeper_of(runner, "r1/a/0/1")
    assert is_alive(keeper)
    runner.close()
    until(lambda: not is_alive(keeper))


def test_without_a_setpriv_a_command_ends_with_its_shim_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, write = os.pipe()
    monkeypatch.setattr(command, "_tie", tuple)
    shim = os.fork()
    if not shim:
        env = {"PATH": os.defpath}
        command.start(("sleep", "60"), env, tmp_path, write)
        os._exit(0)
    os.close(write)
    os.waitpid(shim, 0)
    assert os.read(read, 1) == b""
    os.close(read)


def _killed_at_once(runner: ShimRunner, times: int, *, begun: bool) -> ShimRunner:
    """A runner whose first shims are killed before they have said anything."""
    order, left = runner._shims._order, [times]

    def killed(channel: socket.socket) -> None:
        if not left[0]:
            order(channel)
            return
        left[0] -= 1
        if begun:
            home = runner._home("r1/build/0/1")
            (home / step_files.KEEPER).write_text("1 1", encoding="ascii")

    runner._shims._order = killed  # type: ignore[method-assign]
    return runner


@pytest.mark.parametrize("times", [1, 2])
def test_a_shim_that_is_killed_before_it_begins_is_replaced(
    runner: ShimRunner, times: int
) -> None:
    process = _killed_at_once(runner, times, begun=False).start(task("echo once"))
    assert end_of(process).status == 0
    assert process.output(0) == b"once\n"


def test_a_shim_that_is_killed_every_time_begins_nothing_ever(
    runner: ShimRunner,
) -> None:
    with pytest.raises(HoldfastError, match="could not be begun"):
        _killed_at_once(runner, 3, begun=False).start(task("echo once"))
    assert runner.attach("r1/build/0/1") is None
    with pytest.raises(HoldfastError, match="was begun before"):
        runner.start(task("echo once"))


def test_a_shim_that_is_killed_as_it_begins_may_have_begun(runner: ShimRunner) -> None:
    process = _killed_at_once(runner, 1, begun=True).start(task("echo once"))
    assert end_of(process).how == "lost"
