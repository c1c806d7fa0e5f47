"""Gates of plans and of runs at the terminal: two people, each with a command."""

import re
from pathlib import Path

import pytest

from unit.cli.test_commands import Run, run

__all__ = ["run"]
pytestmark = pytest.mark.slow

FROZEN = """\
project: shop
owner: team-shop
environments:
  playground:
    gates:
      freezes: [{reason: sale, from: 2000-01-01 UTC}]
"""
ASKED = """\
project: shop
owner: team-shop
environments:
  playground:
    gates:
      approve: {by: [sre], count: 1, not: author}
teams: {sre: [bob, ann]}
"""
DEPLOY = """\
name: deploy
on: {workflow_dispatch: {inputs: {host: {type: host, required: true}}}}
jobs:
  ship:
    steps:
      - uses: holdfast/apply
        with: {selectors: "${{ inputs.host }}"}
"""


def _made(root: Path) -> bool:
    return (root / ".holdfast/machines/web-1/etc/app/motd").exists()


def _workflow(root: Path, text: str = DEPLOY) -> None:
    (root / "workflows").mkdir(exist_ok=True)
    (root / "workflows/deploy.yaml").write_text(text, encoding="utf-8")


def test_two_people_apply_a_plan_in_a_freeze_and_it_is_told(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "holdfast.yaml").write_text(FROZEN, encoding="utf-8")
    glass = ("apply", "-y", "--break-glass", "the shop is down")
    refused = run(*glass)
    assert (refused.returncode, _made(tmp_path)) == (3, False)
    digest = re.findall(r"sha256:[0-9a-f]{64}", refused.stderr)[0]
    same = run("approve", digest, "--why", "me too")
    assert same.returncode != 0
    assert "second person" in same.stderr
    assert run(*glass).returncode == 3
    said = run("approve", digest, "--why", "I see it", HOLDFAST_ACTOR="bob")
    assert said.returncode == 0, said.stderr
    assert run("apply", "-y").returncode == 3
    done = run(*glass)
    assert (done.returncode, _made(tmp_path)) == (0, True), done.stderr
    assert "glass broken" in run("history").stdout
    told = run("why", "r1").stdout
    assert "ann broke the glass: the shop is down; confirmed by bob" in told
    page = tmp_path / "evidence.html"
    assert run("evidence", "r1", "-o", str(page)).returncode == 0
    assert "ann broke the glass" in page.read_text(encoding="utf-8")


def test_the_gate_of_a_run_shows_the_plan_and_the_yes_is_for_it(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "holdfast.yaml").write_text(ASKED, encoding="utf-8")
    _workflow(tmp_path)
    asked = run("run", "deploy", "-i", "host=web-1")
    assert "file:/etc/app/motd: + create" in asked.stderr
    assert not _made(tmp_path)
    assert run("approve", "r1", "--why", "ok").returncode != 0
    yes = run("approve", "r1", "--why", "ok", HOLDFAST_ACTOR="bob")
    assert yes.returncode == 0, yes.stderr
    done = run("run", "deploy", "-i", "host=web-1")
    assert done.returncode == 8, done.stderr
    assert _made(tmp_path), run("status", "r1").stdout


def test_editing_the_inputs_at_a_gate_is_a_new_run_with_a_new_plan(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "holdfast.yaml").write_text(ASKED, encoding="utf-8")
    _workflow(tmp_path, DEPLOY.replace("playground", "web-1"))
    run("run", "deploy", "-i", "host=web-1")
    wrong = run("run", "other", "--again", "r1")
    assert wrong.returncode == 64
    unfit = run("run", "--again", "r1", "-i", "host=nowhere")
    assert unfit.returncode == 1
    done = run(
        "run", "deploy", "--again", "r1", "-i", "host=web-1", HOLDFAST_ACTOR="bob"
    )
    assert done.returncode == 8, done.stderr
    assert "r2 was started in the place of r1" in done.stderr
    assert "rejected" in run("status", "r1").stdout
    own = run("approve", "r2", "--why", "mine", HOLDFAST_ACTOR="bob")
    assert own.returncode != 0
    assert run("approve", "r2", "--why", "ok").returncode == 0
