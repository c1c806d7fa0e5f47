"""A run that really happened becomes a test, which passes, and holds no secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from unit.workflowtests.project import Written

HOLDFAST = Path(sys.executable).parent / "holdfast"
FLOW = """\
jobs:
  build:
    outputs: {n: "${{ steps.make.outputs.n }}"}
    steps:
      - id: make
        shell: sh
        run: |
          echo "n=5" >> "$GITHUB_OUTPUT"
          echo "kept=${{ secrets.TOKEN }}" >> "$GITHUB_OUTPUT"
          echo "FROM=make" >> "$GITHUB_ENV"
      - {id: flaky, shell: sh, run: 'test "$HOLDFAST_ATTEMPT" = 2', retry: {attempts: 3}}
      - id: fails
        continue-on-error: true
        shell: sh
        run: echo "token is ${{ secrets.TOKEN }}"; exit 3
  after:
    needs: build
    if: needs.build.outputs.n == 5
    timeout-minutes: 0.02
    steps:
      - {id: long, shell: sh, run: sleep 60}
      - {id: tidy, if: always(), shell: sh, run: 'true'}
      - {id: never, shell: sh, run: 'true'}
"""


@pytest.mark.slow
def test_a_real_run_becomes_a_test_that_passes(project: Written) -> None:
    def typed(*words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(HOLDFAST), "-C", str(project.root), *words],
            input=stdin,
            env={**os.environ, "HOLDFAST_ACTOR": "ann", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    project.workflow(FLOW)
    assert typed("secret", "set", "TOKEN", stdin="hunter2-hunter2").returncode == 0
    assert typed("run", "ship").returncode == 1
    made = typed("test", "record", "r1")
    assert made.returncode == 0, made.stderr
    written = (project.root / "workflow-tests/r1.yaml").read_text()
    assert "hunter2" not in written
    assert "token is ***" in written
    told = typed("test")
    assert told.returncode == 0, told.stdout
    assert "ok    workflow-tests/r1.yaml  as r1 went" in told.stdout
    project.workflow(FLOW.replace("outputs.n == 5", "outputs.n == 6"))
    assert typed("test").returncode == 1
