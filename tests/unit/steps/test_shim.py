"""Real processes, killed in every place."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from holdfast.drivers.steps import step_files
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.ports import Ended, LetGo, StepProcess, Task
from holdfast.problems import HoldfastError

STARTER = Path(__file__).parent / "starter.py"


def task(script: str, key: str = "r1/build/0/1", **more: Any) -> Task:
    env = {"PATH": os.environ["PATH"]}
    return Task(key, ("/bin/sh", "-c", script), Path("/"), env, **more)


def end_of(process: StepProcess) -> Ended:
    end = process.wait(20)
    assert end is not None
    return end


def until(happened: Callable[[], Any]) -> Any:
    give_up = time.monotonic() + 20
    while not (answer := happened()):
        assert time.monotonic() < give_up
        time.sleep(0.01)
    return answer


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def printed_pid(process: StepProcess) -> int:
    return int(until(lambda: process.output(0).endswith(b"\n") and process.output(0)))


def test_a_command_leaves_its_output_and_its_status(runner: ShimRunner) -> None:
    process = runner.start(task("echo out; echo err >&2; exit 3"))
    end = end_of(process)
    assert (end.how, end.status) == ("exited", 3)
    assert process.output(0) == b"out\nerr\n"
    assert process.output(4) == b"err\n"
    assert end.started <= end.ended
    assert process.moments()[-1][0] == 8


def test_its_environment_and_folder_are_exactly_those_of_the_task(
    runner: ShimRunner, tmp_path: Path
) -> None:
    made = Task("r1/a/0/1", ("/usr/bin/env",), tmp_path, {"ONE": "1"})
    process = runner.start(made)
    end_of(process)
    assert process.output(0) == b"ONE=1\n"


def test_a_command_that_is_not_there_says_so(runner: ShimRunner) -> None:
    process = runner.start(Task("r1/a/0/1", ("/no/such",), Path("/"), {}))
    end = end_of(process)
    assert (end.how, end.status) == ("not-started", 127)
    assert end.why == "/no/such: No such file or directory"


@pytest.mark.parametrize(
    "env", [{"A": "x\0y"}, {"A": "\ud800"}, {"A=B": "x"}, {"A": "x" * 200_000}]
)
def test_what_no_process_can_be_given_is_not_started_and_not_in_doubt(
    runner: ShimRunner, env: dict[str, str]
) -> None:
    """An input or an event may hold anything; nothing of the step has happened then."""
    end = end_of(runner.start(replace(task("true"), env=env)))
    assert (end.how, end.status) == ("not-started", 127)
    assert end.why


def test_a_signal_is_told_as_a_shell_does(runner: ShimRunner) -> None:
    assert end_of(runner.start(task("kill -9 $$"))).status == 137


def test_the_same_key_is_not_begun_twice(runner: ShimRunner) -> None:
    end_of(runner.start(task("true")))
    with pytest.raises(HoldfastError, match="begun before"):
        runner.start(task("true"))


@pytest.mark.parametrize("key", ["", "/a", "../a", "a/../b", "a//b", "a b", "-x"])
def test_a_key_that_leads_elsewhere_is_refused(runner: ShimRunner, key: str) -> None:
    with pytest.raises(HoldfastError, match="no name for a step"):
        runner.start(task("true", key))


def test_cancel_asks_first(runner: ShimRunner) -> None:
    script = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    process = runner.start(task(script))
    until(lambda: b"up" in process.output(0))
    began = time.monotonic()
    process.cancel()
    end = end_of(process)
    assert (end.how, end.status) == ("cancelled", 0)
    assert process.output(0).endswith(b"bye\n")
    assert time.monotonic() - began < 2


def test_a_command_hears_signals_that_its_worker_holds_back(runner: ShimRunner) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
    try:
        process = runner.start(
            task("trap 'echo heard; exit 3' TERM; kill $$; echo deaf")
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert end_of(process).status == 3
    assert process.output(0) == b"heard\n"


def test_cancel_uses_the_signal_the_step_wants(runner: ShimRunner) -> None:
    script = "trap 'echo int; exit 7' INT; echo up; while :; do sleep 0.05; done"
    process = runner.start(task(script, signal="INT"))
    until(lambda: b"up" in process.output(0))
    process.cancel()
    assert end_of(process).status == 7


def test_who_does_not_listen_is_killed_with_all_that_came_from_it(
    runner: ShimRunner,
) -> None:
    script = "trap '' TERM; setsid sh -c 'echo $$; trap \"\" TERM; sleep 60' & wait"
    process = runner.start(task(script, grace=0.3))
    apart = printed_pid(process)
    process.cancel()
    end = end_of(process)
    assert (end.how, end.status) == ("cancelled", 137)
    assert not is_alive(apart)


def test_a_command_that_takes_too_long_is_ended(runner: ShimRunner) -> None:
    end = end_of(runner.start(task("sleep 60", timeout=0.3, grace=1.0)))
    assert (end.how, end.status) == ("timed-out", 143)


def test_when_nobody_holds_the_lease_every_command_ends(runner: ShimRunner) -> None:
    process = runner.start(task("echo $$; exec sleep 60"))
    child = printed_pid(process)
    runner.renew(-1)
    assert end_of(process).how == "lease-lost"
    assert not is_alive(child)


def test_what_a_command_leaves_running_goes_with_the_job(runner: ShimRunner) -> None:
    process = runner.start(task("sh -c 'echo $$; sleep 60' & sleep 0.2; exit 5"))
    end = end_of(process)
    assert (end.how, end.status) == ("exited", 5)
    left = int(process.output(0))
    assert is_alive(left)
    process.forget()
    assert not is_alive(left)


def test_what_a_lasting_command_leaves_running_goes_on(runner: ShimRunner) -> None:
    script = "sleep 60 >/dev/null 2>&1 & echo $!"
    process = runner.start(task(script, lasting=True))
    assert end_of(process).how == "exited"
    left = int(process.output(0))
    try:
        runner.renew(-1)
        runner.clear("r1/build")
        assert is_alive(left)
    finally:
        os.kill(left, signal.SIGKILL)


def test_a_secret_is_hidden_wherever_the_pieces_are_cut(runner: ShimRunner) -> None:
    script = "printf 'a hunt'; sleep 0.1; printf 'er2-value b\\n'; printf hunter2-value"
    process = runner.start(task(script, secrets=("hunter2-value",)))
    end_of(process)
    assert process.output(0) == b"a *** b\n***"
    for file in runner._home(process.key).iterdir():
        assert b"hunter2" not in file.read_bytes()


@pytest.mark.parametrize(
    "script",
    [
        "echo '::add-mask::s3cret-value'; echo s3cret-value",
        "printf '::add-'; sleep 0.1; echo 'mask::s3cret-value'; echo s3cret-value",
    ],
)
def test_a_command_can_ask_to_hide_a_value(runner: ShimRunner, script: str) -> None:
    process = runner.start(task(script))
    end_of(process)
    assert process.output(0) == b"::add-mask::***\n***\n"
    assert process.masks() == ("s3cret-value",)


def test_output_that_is_no_text_is_kept_as_it_is(runner: ShimRunner) -> None:
    process = runner.start(task("head -c 300000 /dev/zero; printf '\\377\\000'"))
    end_of(process)
    assert process.output(0) == b"\0" * 300000 + b"\xff\0"


def test_a_prompt_without_an_end_of_line_is_seen_at_once(runner: ShimRunner) -> None:
    process = runner.start(task("printf 'password: '; sleep 60", grace=0.1))
    until(lambda: process.output(0) == b"password: ")
    process.cancel()
    end_of(process)


def test_many_commands_at_once_leave_no_process_and_no_handle(
    runner: ShimRunner,
) -> None:
    def handles() -> int:
        """But for the lines to shims that wait for the next command."""
        return len(os.listdir("/proc/self/fd")) - len(runner._shims._free)  # noqa: PTH208

    end_of(runner.start(task("true", "r1/first/0/1")))
    before = handles()
    made = [runner.start(task(f"exit {n % 5}", f"r1/j{n}/0/1")) for n in range(60)]
    assert [end_of(process).status for process in made] == [n % 5 for n in range(60)]
    assert handles() == before
    homes = [runner._home(process.key) for process in made]
    until(lambda: not any(step_files.is_held(home) for home in homes))


def test_beyond_the_limit_output_is_let_go_and_counted(runner: ShimRunner) -> None:
    script = (
        "echo first; head -c 500000 /dev/zero | tr '\\0' x; echo; echo last; exit 7"
    )
    process = runner.start(task(script, most=1000))
    end = end_of(process)
    assert (end.how, end.status) == ("exited", 7)
    printed = process.output(0)
    kept, _, notice = printed.partition(b"\n[holdfast]")
    assert kept == b"first\n" + b"x" * 994
    assert notice == b" what comes is not kept: it is more than a step may print\n"
    assert end.dropped == 6 + 500000 + 6 - 1000
    assert process.output(len(printed)) == b""


def test_values_are_masked_and_given_beyond_the_limit_too(runner: ShimRunner) -> None:
    script = (
        "head -c 5000 /dev/zero; echo; echo '::add-mask::made-here-42'; "
        "echo '::set-output name=a::b'; echo made-here-42"
    )
    process = runner.start(task(script, most=1000))
    assert end_of(process).dropped > 4000
    assert process.masks() == ("made-here-42",)
    assert process.said() == ("::set-output name=a::b",)
    assert b"made-here" not in process.output(0)


def test_what_is_noted_apart_from_the_output_is_bounded_too(
    runner: ShimRunner,
) -> None:
    line = "echo ::set-output name=a::$(head -c 400 /dev/zero | tr '\\0' b)"
    process = runner.start(
        task(f"for i in 1 2 3 4 5 6 7 8; do {line}; done", most=1000)
    )
    assert end_of(process).dropped > 2000
    assert len(process.said()) == 2


def test_what_is_cut_off_shows_no_part_of_a_secret(runner: ShimRunner) -> None:
    script = "printf 'aaaaa%s' hunter2-value; printf '%s' $(seq 1 2000)"
    for most in range(1, 12):
        process = runner.start(
            task(script, f"r1/cut{most}/0/1", secrets=("hunter2-value",), most=most)
        )
        end_of(process)
        assert b"h" not in process.output(0).partition(b"\n[holdfast]")[0]


def test_a_full_disk_loses_output_and_says_how_much(
    runner: ShimRunner, tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "steps" / "r1"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    try:
        process = runner.start(task("head -c 200000 /dev/zero; exit 6"))
        end = end_of(process)
        assert (end.how, end.status) == ("exited", 6)
        assert "could not be kept" in end.lost
        process.forget()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_who_waits_for_a_step_is_told_when_its_runner_lets_go(
    runner: ShimRunner, tmp_path: Path
) -> None:
    process = runner.start(task("sleep 30"))
    told: list[type[BaseException]] = []

    def wait() -> None:
        try:
            process.wait(60)
        except LetGo as left:
            told.append(type(left))

    waiting = Thread(target=wait)
    waiting.start()
    runner.close()
    waiting.join(20)
    process.release()
    assert told == [LetGo]
    with pytest.raises(LetGo):
        runner.start(task("true", "r1/build/1/1"))
    again = ShimRunner(tmp_path / "steps")
    found = again.attach("r1/build/0/1")
    assert found is not None
    assert found.wait(0) is None
    again.close()
