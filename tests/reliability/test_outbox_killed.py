"""A server is killed while it sends: what happened is told all the same."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unit.outbox.receiver import Receiver, Reply, receiver

PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
notify:
  channels: {ops: {driver: webhook, url: ops_url}}
  send: [{to: ops, on: [failed]}]
"""
FLOW = """
name: ship
on: workflow_dispatch
jobs: {ship: {runs-on: linux, steps: [{run: exit 7}]}}
"""
PATIENCE = 90


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "workflows/ship.yaml").write_text(FLOW, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_letter_that_was_under_way_arrives_after_a_kill(folder: Path) -> None:
    with receiver(Reply(hangs=True)) as there:
        server = _serve(folder, there)
        try:
            _until((folder / ".holdfast/server.json").exists)
            _type(folder, there, "run", "ship", "--no-wait")
            _until(lambda: len(there.seen) == 1)
        finally:
            server.kill()
            server.wait()
        (folder / ".holdfast/server.json").unlink()
        server = _serve(folder, there)
        try:
            _until(lambda: len(there.seen) == 2)
            _until(lambda: _states(folder, there) == ["sent"])
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        first, second = (one.json for one in there.seen)
        assert first == second
        assert first["title"] == "r1 of ship failed (main)"


def _states(folder: Path, there: Receiver) -> list[str]:
    said = _type(folder, there, "outbox", "list", "--state", "sent", "--json")
    return [one["state"] for one in json.loads(said)["letters"]]


def _serve(folder: Path, there: Receiver) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "holdfast", "-C", str(folder), "serve", "--port", "0"],
        env=_env(there),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _type(folder: Path, there: Receiver, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "holdfast", "-C", str(folder), *words],
        env=_env(there),
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def _env(there: Receiver) -> dict[str, str]:
    url = f"{there.url}/ops"
    return {**os.environ, "HOLDFAST_ACTOR": "ann", "HOLDFAST_SECRET_OPS_URL": url}


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)
