"""Two versions at one database: workers and server are replaced under runs in flight."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

import httpx
import pytest

import postgres
from holdfast.app import open_application
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.runs.wiring import crew_of
from holdfast.model import State
from holdfast.record import verify_chain
from reliability import newer
from reliability.nursery import Born, Nursery

pytestmark = pytest.mark.slow
PROJECT = """
project: shop
owner: sre
teams: {sre: [ann, bob]}
environments:
  production:
    gates: {approve: {by: [sre], count: 1, within: 4h}}
"""
FLOW = """
name: NAME
on: {workflow_dispatch: {inputs: {sign: {type: string}}}}
jobs:
  work:
    runs-on: [LABEL]
    MORE
    env: {SIGN: "${{ inputs.sign }}", EFFECTS: FOLDER}
    steps:
      - id: long
        run: |
          echo "long $SIGN" >> "$EFFECTS/effects"
          until test -e "$EFFECTS/$SIGN"; do sleep 0.05; done
      - id: after
        run: echo "after $SIGN" >> "$EFFECTS/effects"
"""
FLOWS = {
    "long": ("first", "timeout-minutes: 5"),
    "wanting": ("second", "timeout-minutes: 5"),
    "gated": ("first", "environment: production"),
}


@dataclass
class Shop:
    """Three sites, two versions, and a desk of the old one that stays open."""

    folder: Path
    url: str
    old: Nursery
    new: Nursery
    newer: Path
    desk: LocalRunDesk

    def begin(self, version: Nursery, site: str, *words: str) -> Born:
        """Start a process of a version at a site, and wait until it works."""
        log = self.folder / f"{site}-{len(list(self.folder.glob('*.log')))}.log"
        born = version.bear(self.folder / site, log, (*words, *self.where))
        until(lambda: any(w in log.read_text() for w in (" works, ", "Sign in:")))
        return born

    @property
    def where(self) -> tuple[str, ...]:
        """The option that names the database."""
        return ("--database", self.url) if self.url else ()

    def says(self, *words: str, new: bool) -> "subprocess.CompletedProcess[str]":
        """A command of a version."""
        path = {"PYTHONPATH": str(self.newer)} if new else {}
        return subprocess.run(
            [sys.executable, "-m", "holdfast", *words],
            cwd=self.folder / "first",
            env={**os.environ, **path, "HOLDFAST_ACTOR": "bob", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, workflow: str, sign: str) -> str:
        """Start a run whose step lasts until :meth:`let` names its sign."""
        return self.desk.start(workflow, {"sign": sign}, "ann")

    def let(self, sign: str) -> None:
        """Let a step end."""
        (self.folder / sign).touch()

    def effects(self) -> list[str]:
        """What steps did, in any order."""
        return sorted((self.folder / "effects").read_text().splitlines())

    def state(self, run: str) -> State:
        """How a run stands, as the old version reads it."""
        return self.desk.run(run).row.state

    def worker(self, run: str) -> str:
        """Who has, or had last, the job of a run."""
        return self.desk.run(run).view.jobs["work"].worker


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@contextmanager
def shop(folder: Path, url: str) -> Iterator[Shop]:
    (folder / "effects").touch()
    for site in ("home", "first", "second"):
        (folder / site / "workflows").mkdir(parents=True)
        (folder / site / "holdfast.yaml").write_text(PROJECT)
        for name, (label, more) in FLOWS.items():
            told = FLOW.replace("NAME", name).replace("LABEL", label)
            told = told.replace("MORE", more).replace("FOLDER", str(folder))
            (folder / site / f"workflows/{name}.yaml").write_text(told)
    made = newer.install(folder / "newer")
    old, new = Nursery(), Nursery(made)
    app = open_application(folder / "first", database=url)
    crew = crew_of(app)
    try:
        yield Shop(folder, url, old, new, made, LocalRunDesk(crew))
    finally:
        crew.close()
        app.close()
        old.close()
        new.close()


def asked(site: Path, run: str) -> int:
    """How the server of a site answers when it is asked for a run."""
    told = json.loads((site / ".holdfast/server.json").read_text())
    headers = {"Authorization": f"Bearer {told['token']}"}
    return httpx.get(f"{told['url']}/api/1/runs/{run}", headers=headers).status_code


def test_workers_and_server_are_replaced_one_by_one(  # noqa: PLR0915 - one story
    tmp_path: Path,
) -> None:
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url, shop(tmp_path, url) as it:
        server = it.begin(it.old, "home", "serve", "--port", "0", "--name", "server")
        words = ("worker", "--name", "w1", "--labels", "first")
        before = it.begin(it.old, "first", *words)
        stays, ends = it.start("long", "stays"), it.start("long", "ends")
        waits, gated = it.start("wanting", "waits"), it.start("gated", "gated")
        until(lambda: it.effects() == ["long ends", "long stays"])
        until(lambda: it.state(gated) is State.GATED)
        assert it.state(waits) is State.QUEUED

        more = ("worker", "--name", "w2", "--labels", "first,second")
        other = it.begin(it.new, "second", *more)
        until(lambda: "long waits" in it.effects())
        assert it.worker(waits) == "w2"
        assert asked(it.folder / "home", waits) == 200
        said = it.says("runs", new=False)
        assert said.returncode == 1
        assert "newer Holdfast" in said.stderr

        said = it.says("worker", "drain", "w1", new=True)
        assert said.returncode == 0, said.stderr
        it.let("ends")
        until(lambda: it.state(ends) is State.SUCCEEDED)
        assert it.worker(ends) == "w1"
        later = it.start("long", "later")
        until(lambda: "long later" in it.effects())
        assert it.worker(later) == "w2"

        before.send_signal(SIGTERM)
        assert before.wait(30)
        it.let("stays")
        after = it.begin(it.new, "first", *words)
        until(lambda: it.state(stays) is State.SUCCEEDED)
        assert it.worker(stays) == "w1"

        server.send_signal(SIGTERM)
        assert server.wait(30)
        again = it.says("serve", "--port", "0", *it.where, new=False)
        assert again.returncode == 1
        assert "newer Holdfast" in again.stderr
        server = it.begin(it.new, "home", "serve", "--port", "0", "--name", "server")
        said = it.says("approve", gated, "--why", "new", new=True)
        assert said.returncode == 0, said.stderr
        for sign in ("waits", "later", "gated"):
            it.let(sign)
        runs = [stays, ends, waits, gated, later]
        until(lambda: {it.state(run) for run in runs} == {State.SUCCEEDED})
        assert it.worker(gated) == "w2", "w1 is still drained, by the name it has"
        signs = ("ends", "gated", "later", "stays", "waits")
        assert it.effects() == [f"{s} {n}" for s in ("after", "long") for n in signs]
        store = it.desk.crew.app.store
        assert verify_chain(store.ledger.all())[0] == ()
        for process in (server, other, after):
            process.send_signal(SIGTERM)
            assert process.wait(30)


def test_one_server_on_sqlite_is_replaced_under_its_step(tmp_path: Path) -> None:
    with shop(tmp_path, "") as it:
        words = ("serve", "--port", "0", "--name", "one", "--labels", "first")
        server = it.begin(it.old, "first", *words)
        run = it.start("long", "stays")
        until(lambda: it.effects() == ["long stays"])
        server.send_signal(SIGTERM)
        assert server.wait(30)
        server = it.begin(it.new, "first", *words)
        it.let("stays")
        until(lambda: it.state(run) is State.SUCCEEDED)
        assert it.effects() == ["after stays", "long stays"]
        server.send_signal(SIGTERM)
        assert server.wait(30)
