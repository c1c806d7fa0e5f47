"""Hosts that only an earlier step can tell: the rules are asked when their step begins."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from unit.app.test_steps_on_hosts import PROJECT, Shop

FLOW = """
name: late
on: {workflow_dispatch: {inputs: {hosts: {type: string}}}}
jobs:
  one:
    steps:
      - {id: pick, run: 'echo "hosts=${{ inputs.hosts }}" >> "$GITHUB_OUTPUT"'}
      - uses: holdfast/exec
        with: {hosts: "${{ steps.pick.outputs.hosts }}", run: 'touch "$HOLDFAST_ROOT/etc/made"'}
"""  # noqa: E501 - a workflow
FROZEN = """
environments:
  live:
    gates: {freezes: [{reason: sale, from: 2020-01-01 UTC, to: 2099-01-01 UTC}]}
"""
SHUT = "environments: {live: {gates: {windows: ['%s 00:00-00:01 UTC']}}}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    made.write("workflows/late.yaml", FLOW)
    hosts = (tmp_path / "hosts/hosts.yaml").read_text(encoding="utf-8")
    made.write(
        "hosts/hosts.yaml", hosts.replace("groups:", "environment: live, groups:")
    )
    return made


def run(shop: Shop, hosts: str, *, ends: int = 0) -> str:
    done = shop.type("run", "late", "-i", f"hosts={hosts}")
    assert done.returncode == ends, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_freezes_windows_and_claims_hold(shop: Shop) -> None:
    head = PROJECT.partition("environments")[0]
    shop.write("holdfast.yaml", head + FROZEN)
    assert "sale" in run(shop, "web-1", ends=1)
    other_day = datetime.now(UTC) + timedelta(days=3)
    shop.write("holdfast.yaml", head + SHUT % f"{other_day:%a}")
    assert "not open for changes now" in run(shop, "web-1", ends=1)
    shop.write("holdfast.yaml", PROJECT)
    done = shop.type("claim", "host:web-1", "--why", "debugging")
    assert done.returncode == 0, done.stderr
    assert "debugging" in run(shop, "web-1", ends=1)
    assert shop.files("etc/made") == []
    run(shop, "web-2")
    assert shop.files("etc/made") == ["web-2"]


@pytest.mark.slow
def test_what_earlier_runs_reached_is_what_is_usual(shop: Shop) -> None:
    for _ in range(3):
        run(shop, "web-1")
    said = run(shop, "web-1,web-2,web-3", ends=1)
    assert "usually 1 target, now 3" in said
    assert shop.files("etc/made") == ["web-1"]
