"""What runs a command inside of a container: here without one, as a shell is a shell."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.drivers.containers.inside import SUPERVISOR

_PATIENCE = 20.0
_SHELLS = (("dash",), ("bash",), ("busybox", "sh"))


@pytest.fixture(params=_SHELLS, ids=lambda words: words[0])
def supervise(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Begin a script as one inside a container is; its input is the line to it."""
    shell: tuple[str, ...] = request.param
    if not shutil.which(shell[0]):
        pytest.skip(f"no {shell[0]} on this machine")
    begun: list[subprocess.Popen[bytes]] = []

    def begin(script: str) -> "subprocess.Popen[bytes]":
        key = f"{shell[0]}-{time.monotonic_ns()}"
        argv = [*shell, "-c", SUPERVISOR, key, "sh", "-c", script]
        begun.append(
            subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)
        )
        return begun[-1]

    yield begin
    for process in begun:
        assert process.stdin
        process.stdin.close()
        process.wait(_PATIENCE)


def _at_work(folder: Path) -> list[int]:
    """The processes that stand in a folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if (one / "cwd").resolve() == folder:
                found.append(int(one.name))
        except OSError:
            continue
    return found


def _wait(until: Callable[[], object]) -> None:
    end = time.monotonic() + _PATIENCE
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_end_of_the_line_ends_all_that_came_of_the_command(
    supervise: Callable[[str], "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    """Also what left its group, however many they are."""
    many = (
        "for n in $(seq 200); do sleep 77 & done; setsid sleep 77 & touch there; wait"
    )
    process = supervise(f"cd {tmp_path}; {many}")
    _wait((tmp_path / "there").exists)
    assert process.stdin
    process.stdin.close()
    process.wait(_PATIENCE)
    assert not _at_work(tmp_path)


def test_a_signal_that_the_command_takes_no_notice_of_cuts_no_line(
    supervise: Callable[[str], "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    deaf = "trap 'touch told' TERM; touch there; while :; do sleep 0.05; done"
    process = supervise(f"cd {tmp_path}; {deaf}")
    _wait((tmp_path / "there").exists)
    assert process.stdin
    process.stdin.write(b"TERM\n")
    process.stdin.flush()
    _wait((tmp_path / "told").exists)
    process.stdin.close()
    assert process.wait(_PATIENCE) == 128 + signal.SIGKILL
    assert not _at_work(tmp_path)


def test_the_status_of_the_command_is_the_status(
    supervise: Callable[[str], "subprocess.Popen[bytes]"],
) -> None:
    assert supervise("exit 7").wait(_PATIENCE) == 7
    assert supervise("kill -s TERM $$").wait(_PATIENCE) == 128 + signal.SIGTERM
