"""A runbook walked through as people do: on one terminal, and block by block automated."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from holdfast.drivers.stores import open_store
from holdfast.model import Event
from holdfast.record import verify_chain
from terminals import HOLDFAST, at_terminal, typed

pytestmark = pytest.mark.slow

PAGE = """\
---
name: drain
environment: staging
on: workflow_dispatch
---
# Drain

## Look

```manual
---
fields: {length: {type: number, required: true}}
---
How long is the queue?
```

## Drain it

FIRST

## Look again

SECOND
"""
BY_HAND = "```manual\nDrain ${{ steps.look.outputs.length }} of them.\n```"
DONE = '```sh\necho "drained ${{ steps.look.outputs.length }}"\n```'
ENV = {"HOLDFAST_ACTOR": "ann", "NO_COLOR": "1"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    written(tmp_path, BY_HAND, BY_HAND)
    return tmp_path


def written(root: Path, first: str, second: str) -> None:
    files = {
        "holdfast.yaml": "project: p\nowner: sre\nenvironments: {staging: {}}\n",
        "runbooks/drain.md": PAGE.replace("FIRST", first).replace("SECOND", second),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def said(root: Path, *words: str) -> tuple[int, str]:
    """What a command ends with and prints when nobody is at a terminal."""
    done = subprocess.run(
        [str(HOLDFAST), *words],
        cwd=root,
        env={**os.environ, **ENV, "HOLDFAST_NO_INPUT": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def shape(root: Path, run: str) -> list[tuple[Any, ...]]:
    """The steps of a run as the ledger tells them, whoever did them."""
    store = open_store(root / ".holdfast/holdfast.db")
    found = [
        (entry.event, entry.body["id"], entry.body.get("outcome"))
        for entry in store.ledger.of_run(run)
        if entry.event in {Event.STEP_STARTED, Event.STEP_ENDED}
    ]
    assert verify_chain(store.ledger.all())[0] == ()
    store.close()
    return found


def test_a_fully_manual_runbook_is_walked_through_in_one_terminal(root: Path) -> None:
    code, told = typed(
        root,
        ["run", "drain"],
        [
            ("It is", "done"),
            ("length", "12"),
            ("What did you see", "a long queue"),
            ("It is", "skip"),
            ("Why", "it drained itself"),
            ("It is", ""),
            ("What did you see", ""),
        ],
        ENV,
    )
    assert code == 0, told
    assert "Drain 12 of them." in told
    assert "ann says it is done: a long queue" in told
    assert "ann skipped it: it drained itself" in told
    assert "succeeded" in told


def test_who_answers_later_leaves_the_step_to_others(root: Path) -> None:
    code, told = typed(root, ["run", "drain"], [("It is", "later")], ENV)
    assert code == 8, told
    code, told = said(root, "why", "r1")
    assert "anybody has to do `Look`" in told
    assert "ann is at it" in told
    code, told = said(root, "done", "r1", "--failed")
    assert (code, "needs a reason" in told) == (1, True), told
    code, told = said(root, "done", "r1", "--failed", "--why", "no way in")
    assert (code, "failed" in told) == (0, True), told
    code, told = said(root, "done", "r1")
    assert (code, "has 0 manual steps" in told) == (1, True), told


def test_a_runbook_is_automated_block_by_block_and_keeps_its_history(
    root: Path,
) -> None:
    shapes = []
    every = [(BY_HAND, BY_HAND), (DONE, BY_HAND), (DONE, DONE)]
    for number, blocks in enumerate(every, 1):
        written(root, *blocks)
        run = f"r{number}"
        assert said(root, "run", "drain")[0] == 8
        told = said(root, "done", run, "-f", "length=3", "--evidence", "I counted")
        assert told[0] == 0, told
        for block in blocks:
            if block == BY_HAND:
                told = said(root, "done", run, "--evidence", "I did it")
                assert told[0] == 0, told
        shapes.append(shape(root, run))
    assert "drained 3" in told[1]
    book = json.loads(said(root, "runbook", "show", "drain", "--json")[1])
    assert [block["runs"] for block in book["blocks"]] == [3] * 3
    assert [block["hands"] for block in book["blocks"]] == [3, 1, 2]
    assert [block["state"] for block in book["blocks"]] == ["succeeded"] * 3
    assert (book["automated"], book["manual"]) == (2, 1)
    proven = book["proven"]
    assert (proven["run"], proven["environment"]) == ("r3", "staging")
    assert proven["same"]
    assert shapes[0] == shapes[1] == shapes[2]
    ids = [one[1] for one in shapes[0][::2]]
    assert ids == ["look", "drain-it", "look-again"]


def test_a_manual_step_outlives_the_kill_of_everything(root: Path) -> None:
    """The process that handed it out is killed; another one goes on after the report."""
    child, ours = at_terminal(root, ["run", "drain"], ENV)
    told = ""
    while "It is" not in told:
        told += os.read(ours, 4096).decode(errors="replace")
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    os.close(ours)
    assert said(root, "done", "r1", "-f", "length=1", "--evidence", "x")[0] == 0
    worker = subprocess.Popen(
        [str(HOLDFAST), "worker"], cwd=root, env={**os.environ, **ENV}
    )
    for step in (1, 2):
        _until_handed(root, step)
        assert said(root, "done", "r1", "--evidence", "y")[0] == 0
    _until_handed(root, -1)
    worker.terminate()
    worker.wait(60)
    store = open_store(root / ".holdfast/holdfast.db")
    events = [entry.event for entry in store.ledger.of_run("r1")]
    assert events.count(Event.HANDED) == events.count(Event.REPORTED) == 3
    store.close()


def _until_handed(root: Path, step: int) -> None:
    """Wait until a step of the run is with people; for -1 until the run is over."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        sheet = json.loads(said(root, "status", "r1", "--json")[1])
        waits = [task["step"] for task in sheet["tasks"]]
        if waits == [step] or (step < 0 and sheet["state"] == "succeeded"):
            return
    raise AssertionError(sheet)
