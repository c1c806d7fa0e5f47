"""Ctrl-C: once ends well what has begun, twice is a crash that is known to be one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from story import PROJECT

SLOW = """
name: slow
hosts: all
rollout: {serial: [1]}
resources:
  - command: touch "$HOLDFAST_ROOT/begun"; sleep 4; touch "$HOLDFAST_ROOT/done"
    check: test -e "$HOLDFAST_ROOT/done"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    hosts = "".join(
        f"  h{n}: {{connect: {{driver: local, root: m{n}}}}}\n" for n in range(2)
    )
    for name, text in (
        ("holdfast.yaml", PROJECT),
        ("hosts/hosts.yaml", f"hosts:\n{hosts}"),
        ("config/slow.yaml", SLOW),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _interrupted(root: Path, times: int) -> tuple[int, str]:
    """Apply, and press Ctrl-C once the first host is at work."""
    child = subprocess.Popen(
        [sys.executable, "-m", "holdfast", "-C", str(root), "apply", "--yes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    while not (root / "m0/begun").exists():
        assert child.poll() is None
        time.sleep(0.05)
    for _ in range(times):
        child.send_signal(signal.SIGINT)
        time.sleep(0.5)
    said, _ = child.communicate(timeout=60)
    return child.returncode, said


def _apply(root: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", "-C", str(root), "apply", "--yes"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_once_ends_what_runs_and_begins_nothing_more(project: Path) -> None:
    code, said = _interrupted(project, 1)
    assert code == 130, said
    assert "nothing new is begun" in said
    assert "Stopped, as a person asked" in said
    assert (project / "m0/done").exists()
    assert not (project / "m1/begun").exists()
    code, said = _apply(project)
    assert code == 0, said
    assert (project / "m1/done").exists()


@pytest.mark.slow
def test_twice_leaves_and_the_next_start_knows(project: Path) -> None:
    code, said = _interrupted(project, 2)
    assert code == 130, said
    assert "in doubt" in said
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        code, said = _apply(project)
        if code == 0:
            break
        assert "still" in said, "what is still running there is waited for"
        time.sleep(0.5)
    assert code == 0, said
    assert (project / "m0/done").exists()
    assert (project / "m1/done").exists()
