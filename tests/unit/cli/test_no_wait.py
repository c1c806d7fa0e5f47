"""A run that nobody follows ends the command with what is known of it by then."""

from pathlib import Path

from click.testing import CliRunner, Result

from holdfast.cli.main import holdfast as command
from holdfast.problems import Exit

PROJECT = """
project: p
owner: sre
environments:
  production: {gates: {windows: [never]}}
"""
WORKFLOW = """
name: ship
on: workflow_dispatch
jobs: {a: {ENVIRONMENT steps: [{run: "true"}]}}
"""


def started(root: Path, environment: str) -> Result:
    (root / "workflows").mkdir()
    (root / "holdfast.yaml").write_text(PROJECT)
    text = WORKFLOW.replace("ENVIRONMENT", environment)
    (root / "workflows/ship.yaml").write_text(text)
    typed = ["-C", str(root), "run", "ship", "--no-wait"]
    return CliRunner().invoke(command, typed, standalone_mode=False)


def test_what_waits_is_pending(tmp_path: Path) -> None:
    assert started(tmp_path, "").return_value == Exit.PENDING


def test_what_the_gate_refuses_at_once_is_refused(tmp_path: Path) -> None:
    done = started(tmp_path, "environment: production,")
    assert done.return_value == Exit.REFUSED
    assert "a rule that cannot be read" in done.stderr
    assert "`never`" in done.stderr
