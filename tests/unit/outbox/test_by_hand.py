"""What is typed, and what then arrives at a real receiver."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from unit.outbox.receiver import Receiver, Reply, receiver

PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
notify:
  quiet: 0s
  channels:
    ops: {driver: webhook, url: ops_url}
  send:
    - {to: ops, on: [failed, gate-opened]}
subscribers:
  audit: {url: audit_url, secret: audit_secret, types: [run.ended]}
"""
FLOW = """
name: ship
on: workflow_dispatch
jobs:
  ship:
    runs-on: linux
    steps:
      - uses: holdfast/notify
        with:
          to: ops
          title: Shipping
          text: "The word is ${{ secrets.word }}."
      - run: exit 7
"""
WORD = "a-secret-word-of-somebody"
Type = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def type_(tmp_path: Path, there: Receiver) -> Type:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "workflows/ship.yaml").write_text(FLOW, encoding="utf-8")
    env = {
        **os.environ,
        "HOLDFAST_ACTOR": "ann",
        "HOLDFAST_NO_INPUT": "1",
        "HOLDFAST_SECRET_OPS_URL": f"{there.url}/ops/hidden-path",
        "HOLDFAST_SECRET_AUDIT_URL": f"{there.url}/audit/hidden-path",
        "HOLDFAST_SECRET_AUDIT_SECRET": "a-signing-secret-of-audit",
        "HOLDFAST_SECRET_WORD": WORD,
    }

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "holdfast", "-C", str(tmp_path), *words],
            capture_output=True,
            text=True,
            env=env,
            check=False,
        )

    return typed


@pytest.mark.slow
def test_a_run_alone_tells_what_it_caused_before_it_ends(
    type_: Type, there: Receiver
) -> None:
    done = type_("run", "ship")
    assert done.returncode == 1, done.stderr
    told = {one.path: one for one in there.seen}
    at_ops = [one.json for one in there.seen if one.path.startswith("/ops")]
    assert [one["title"] for one in at_ops] == ["Shipping", "r1 of ship failed (main)"]
    assert WORD not in at_ops[0]["text"]
    event = told["/audit/hidden-path"]
    assert event.json["type"] == "dev.holdfast.run.ended"
    assert event.json["data"]["state"] == "failed"
    listed = type_("outbox", "list", "--state", "sent", "--json")
    letters = json.loads(listed.stdout)["letters"]
    assert len(letters) == 3
    assert "hidden-path" not in listed.stdout


@pytest.mark.slow
def test_what_nobody_took_stays_and_can_be_sent_again_or_given_up(
    type_: Type, there: Receiver
) -> None:
    there.at = {
        "/ops/hidden-path": [Reply(500, b"down")],
        "/audit/hidden-path": [Reply(410, b"gone")],
    }
    done = type_("run", "ship")
    assert "2 could not be sent yet" in done.stderr
    found = json.loads(type_("outbox", "list", "--json").stdout)["letters"]
    states = {one["to"]: one["state"] for one in found}
    assert states == {"audit": "dead", "ops": "waiting"}
    dead = next(one["id"] for one in found if one["to"] == "audit")
    assert "410 gone" in type_("outbox", "show", dead).stdout
    assert type_("outbox", "retry", dead, "--why", "they are back").returncode == 0
    assert ": sent" in type_("outbox", "show", dead).stdout
    again = ("outbox", "drop", dead, "--why", "no")
    assert type_(*again).returncode == 1
    none = type_("outbox", "drop", "m99", "--why", "no")
    assert "There is no letter m99" in none.stderr
    history = type_("history").stdout
    assert f"sent {dead} to audit again: they are back" in history
    assert [one.path for one in there.seen].count("/audit/hidden-path") == 2
