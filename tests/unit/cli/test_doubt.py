"""A step whose process and worker were killed: what is asked, and what is answered."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

HOLDFAST = Path(sys.executable).parent / "holdfast"
FLOW = """
name: ship
on: workflow_dispatch
jobs:
  ship:
    strategy: {matrix: {to: [here]}}
    steps:
      - run: |
          echo sending it
          echo $PPID > {folder}/shim
          sleep 300
      - run: echo "and after it" > {folder}/after
"""
pytestmark = pytest.mark.slow


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.typed("init")
        (folder / "workflows").mkdir()
        text = FLOW.replace("{folder}", str(folder))
        (folder / "workflows/ship.yaml").write_text(text, encoding="utf-8")

    def typed(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(HOLDFAST), *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def begun(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        process = subprocess.Popen(
            [str(HOLDFAST), *words],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def until(self, happened: Callable[[], object]) -> None:
        give_up = time.monotonic() + 60
        while not happened():
            assert time.monotonic() < give_up, self.typed("status", "r1").stdout
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("answer", "state"), [("made", "succeeded"), ("failed", "failed")]
)
def test_a_person_says_what_became_of_it(
    tmp_path: Path, answer: str, state: str
) -> None:
    project, shim = Project(tmp_path), tmp_path / "shim"
    with project.begun("run", "ship"):
        project.until(lambda: shim.exists() and shim.read_text().strip())
    number = int(shim.read_text())
    children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    os.kill(number, signal.SIGKILL)
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(int(child), signal.SIGKILL)
    with project.begun("worker"):
        project.until(lambda: "in_doubt" in project.typed("status", "r1").stdout)
        asked = project.typed("status", "r1").stdout
        assert "| sending it" in asked
        command = "holdfast resolve r1 ship.0 --as made|not-made|failed"
        assert command in asked
        said = project.typed("resolve", "r1", "ship.0", "--as", answer)
        assert said.returncode == 0, said.stderr
        project.until(lambda: state in project.typed("status", "r1").stdout)
    assert (tmp_path / "after").exists() == (answer == "made")


def test_what_is_not_asked_is_not_answered(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for words, code, said in (
        (("r9", "e/h/file:/a", "--as", "failed"), 64, "made or not made"),
        (("r9", "e/h/file:/a", "--as", "perhaps"), 64, "perhaps"),
    ):
        refused = project.typed("resolve", *words)
        assert refused.returncode == code
        assert said in refused.stderr
