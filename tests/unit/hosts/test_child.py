"""A child process: what goes in and comes out, and that nothing stays behind."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from holdfast.drivers.hosts.child import run_child

MANY = 200


def test_both_outputs_the_status_and_the_last_words() -> None:
    heard: list[bytes] = []
    script = b"echo one; echo two >&2; printf three; exit 3"
    result = run_child(["sh"], script, listen=heard.append)
    assert (result.status, result.stderr) == (3, b"two\n")
    assert result.stdout == b"one\nthree"
    assert heard == [b"one"], "only what is a whole line"


def test_many_at_once_from_many_threads() -> None:
    """A pipe that was closed here may still be open in a child just being started."""
    with ThreadPoolExecutor(8) as pool:
        said = pool.map(lambda n: run_child(["sh"], b"echo %d" % n).stdout, range(MANY))
        assert list(said) == [b"%d\n" % n for n in range(MANY)]


def test_more_than_a_pipe_holds_both_ways() -> None:
    body = b"x" * 5_000_000 + b"\n"
    assert run_child(["cat"], body * 2).stdout == body * 2


def test_a_child_that_does_not_read() -> None:
    assert run_child(["true"], b"x" * 1_000_000).status == 0


def test_a_timeout_ends_the_children_of_the_child_too(tmp_path: Path) -> None:
    kept = tmp_path / "pid"
    script = f"sleep 600 & echo $! >{kept}.new; mv {kept}.new {kept}; wait"
    timeout = 0.1
    while not kept.exists():  # a busy machine needs longer to get that far
        timeout *= 2
        with pytest.raises(subprocess.TimeoutExpired) as caught:
            run_child(["sh"], script.encode(), timeout=timeout)
        assert caught.value.timeout == timeout
    give_up = time.monotonic() + 60
    while _runs(int(kept.read_text())):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    """Whether it is there and more than a name that nobody has asked for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(OSError, match="not-there"):
        run_child(["/not-there"], b"")


def test_it_leaves_no_file_open() -> None:
    before = _open_files()
    for _ in range(20):
        run_child(["sh"], b":")
    assert _open_files() <= before


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
