"""A delivery that was answered is on disk, whenever the server is killed."""

import hmac
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from holdfast.app import open_application
from holdfast.model import occurrence_id

pytestmark = pytest.mark.slow
KEY = "a secret of some length"
PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
hooks: {orders: {kind: hmac, secret: orders_hook, delivery_header: X-Id}}
"""
HOSTS = "hosts: {web-1: {environment: production}}\nconnect: {driver: local, root: m}\n"
FLOW = """
name: ship
on: {webhook: orders}
jobs: {ship: {runs-on: nobody-has-this, steps: [{run: "true"}]}}
"""
KILLS, SENDERS = 3, 4
CHANCE = random.Random(20261128)  # noqa: S311 - the same kills every time


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server of the project, and where it is."""
    words = ("-m", "holdfast", "-C", str(root), "serve", "--port", "0")
    process = subprocess.Popen(
        [sys.executable, *words],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOLDFAST_SECRET_ORDERS_HOOK": KEY},
    )
    try:
        assert process.stderr is not None
        url = next(line.split()[-1] for line in process.stderr if " at http://" in line)
        yield url, process
    finally:
        process.kill()
        process.communicate()


def sent(url: str, name: str) -> bool:
    """Whether one delivery was answered with 202."""
    body = json.dumps({"order": name}).encode()
    signature = "sha256=" + hmac.digest(KEY.encode(), body, "sha256").hex()
    headers = {"X-Hub-Signature-256": signature, "X-Id": name}
    try:
        answer = httpx.post(f"{url}/hooks/orders", content=body, headers=headers)
    except httpx.HTTPError:
        return False
    return answer.status_code == 202


def test_what_was_answered_is_stored_and_answered_once(tmp_path: Path) -> None:
    files = {
        "holdfast.yaml": PROJECT,
        "hosts/all.yaml": HOSTS,
        "workflows/ship.yaml": FLOW,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    taken: list[str] = []
    for kill in range(KILLS):
        with serving(tmp_path) as (url, process), ThreadPoolExecutor(SENDERS) as pool:
            names = [f"{kill}-{number}" for number in range(150)]
            told = [(name, pool.submit(sent, url, name)) for name in names]
            time.sleep(CHANCE.uniform(0.3, 1.5))
            process.kill()
            taken += [name for name, answer in told if answer.result()]
    assert taken
    with serving(tmp_path):
        app = open_application(tmp_path)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            kept = {one.id for one in app.store.events.all()}
            begun = app.store.events.decisions(limit=10_000)
            if len(begun) == len(kept):
                break
            time.sleep(0.5)
    assert {occurrence_id("orders", name) for name in taken} <= kept
    started = [event for one in begun for event in one.of]
    assert sorted(started) == sorted(kept)
    assert all(one.outcome == "started" for one in begun)
    assert len({one.run for one in begun}) == len(kept)
    app.close()
