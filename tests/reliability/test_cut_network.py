"""
The network between a worker and PostgreSQL is cut, for a moment and for good.

For less than a lease nothing happens but a delay. For longer the worker's steps end
themselves before anybody else has the job; then the rules of crashes say what goes on.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from signal import SIGQUIT, SIGTERM

import httpx
import pytest

import postgres
from holdfast.app import open_application
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.runs.wiring import crew_of
from holdfast.engine.runs.liveness import BEAT, LEASE
from holdfast.model import Event, State
from holdfast.ports import Unanswered
from reliability.nursery import Born, Nursery
from reliability.truth import PROJECT, nothing_is_left, until
from reliability.wire import Wire, wire

pytestmark = pytest.mark.slow
FLOW = """
name: work
on: {workflow_dispatch: {}}
env: {EFFECTS: FOLDER}
defaults: {run: {working-directory: FOLDER}}
jobs:
  plain: {runs-on: [far], steps: [{id: s, run: "STEP"}]}
  again: {runs-on: [far], steps: [{id: s, run: "STEP", idempotent: true}]}
  known: {runs-on: [far], steps: [{id: s, run: "STEP", check: test -e known.made}]}
"""
STEP = (
    "trap 'echo cut $HOLDFAST_JOB >> effects; exit 1' TERM; "
    "echo begin $HOLDFAST_JOB >> effects; touch $HOLDFAST_JOB.made; "
    "until test -e go; do sleep 0.05 || true; done; echo end $HOLDFAST_JOB >> effects"
)
MOMENT = 3.0
"""Seconds: less than a lease."""


@dataclass
class Shop:
    """Two machines with a worker each, one of them at the end of a wire."""

    folder: Path
    url: str
    wire: Wire
    nursery: Nursery
    desk: LocalRunDesk

    def begin(self, name: str, url: str) -> Born:
        """Start a worker, and wait until it works."""
        log = self.folder / f"{name}.log"
        words = ("worker", "--name", name, "--labels", "far", "--database", url)
        born = self.nursery.bear(self.folder / name, log, words)
        until(lambda: " works, " in log.read_text(encoding="utf-8"))
        return born

    def serve(self, name: str, url: str) -> tuple[Born, str]:
        """Start a server, and wait until it answers; where that is."""
        log = self.folder / f"{name}.log"
        words = ("serve", "--port", "0", "--name", name, "--labels", "far")
        born = self.nursery.bear(self.folder / name, log, (*words, "--database", url))
        until(lambda: "Sign in" in log.read_text(encoding="utf-8"))
        said = log.read_text(encoding="utf-8")
        return born, re.search(r"at (http://\S+)", said)[1]  # type: ignore[index]

    def start(self) -> str:
        """Start a run, and wait until all its steps have begun."""
        run = self.desk.start("work", {}, "ann")
        until(lambda: len(self.effects("begin")) == 3)
        return run

    def effects(self, word: str) -> list[str]:
        """The jobs that left a word, in any order."""
        lines = (self.folder / "effects").read_text(encoding="utf-8").splitlines()
        return sorted(line.split()[1] for line in lines if line.startswith(word))

    def workers(self, run: str) -> dict[str, str]:
        """Who has each job."""
        with self.desk.crew.app.store.runs.begin() as transaction:
            return {row.key: row.worker for row in transaction.jobs(run)}

    def told(self, run: str, event: Event) -> int:
        """How often the ledger tells something of a run."""
        with self.desk.crew.app.store.runs.begin() as transaction:
            return sum(one.event is event for one in transaction.entries(run))

    def is_heard(self, name: str) -> bool:
        """Whether a worker has said by now that it is alive."""
        now = self.desk.crew.keeper.clock.now()
        return any(
            row.name == name and row.lease - now > LEASE - timedelta(seconds=BEAT)
            for row in self.desk.workers()
        )

    def is_over(self, run: str) -> bool:
        """Whether a run has ended, as far as the database answers."""
        try:
            return self.desk.run(run).row.state.is_end
        except Unanswered:
            return False


@contextmanager
def shop(folder: Path, cluster: str, url: str) -> Iterator[Shop]:
    for site in ("home", "near", "far"):
        (folder / site / "workflows").mkdir(parents=True)
        (folder / site / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
        text = FLOW.replace("STEP", STEP).replace("FOLDER", str(folder))
        (folder / site / "workflows/work.yaml").write_text(text, encoding="utf-8")
    (folder / "effects").touch()
    app = open_application(folder / "home", database=url)
    crew, nursery = crew_of(app), Nursery()
    try:
        with wire(cluster) as line:
            yield Shop(folder, url, line, nursery, LocalRunDesk(crew))
            nursery.close()
    finally:
        crew.close()
        app.close()


@pytest.fixture
def two(tmp_path: Path, cluster: str) -> Iterator[Shop]:
    """Two sites, and a database of the session's cluster."""
    url = postgres.new_database(cluster, f"cut{time.monotonic_ns()}", like="migrated")
    with shop(tmp_path, cluster, url) as made:
        yield made


@contextmanager
def working(*born: Born) -> Iterator[None]:
    """Workers that are told to leave at the end, and do."""
    yield
    for one in born:
        one.send_signal(SIGTERM)
    assert all(one.wait(30) for one in born)


def test_a_moment_without_a_network_is_a_delay(two: Shop) -> None:
    far = two.begin("far", two.wire.url(two.url))
    near = two.begin("near", two.url)
    two.desk.drain("near", "ann", on=True)
    with working(far, near):
        run = two.start()
        for is_told in (False, True):
            two.wire.silent = True
            if is_told:
                two.wire.cut()
            time.sleep(MOMENT)
            two.wire.silent = False
            until(lambda: two.is_heard("far"))
        (two.folder / "go").touch()
        until(lambda: two.is_over(run))
    assert two.desk.run(run).row.state is State.SUCCEEDED
    assert two.effects("begin") == two.effects("end") == ["again", "known", "plain"]
    assert two.effects("cut") == []
    assert two.told(run, Event.STEP_STARTED) == 3
    nothing_is_left(two.desk)


def test_who_is_without_a_network_for_long_ends_its_steps_and_others_go_on(
    two: Shop,
) -> None:
    far = two.begin("far", two.wire.url(two.url))
    run = two.start()
    near = two.begin("near", two.url)
    with working(far, near):
        two.wire.silent = True
        until(lambda: len(two.effects("begin")) == 4)
        assert two.effects("begin") == ["again", "again", "known", "plain"]
        assert two.effects("cut") == ["again", "known", "plain"], "before the second"
        until(lambda: two.workers(run) == {"again": "near"})
        two.wire.silent = False
        until(lambda: two.is_heard("far"))
        view = two.desk.run(run).view
        assert view.jobs["plain"].steps[0].state is State.IN_DOUBT
        assert view.jobs["known"].state is State.SUCCEEDED
        two.desk.answer(run, "plain", "made", "ann")
        (two.folder / "go").touch()
        until(lambda: two.is_over(run))
    assert two.desk.run(run).row.state is State.SUCCEEDED
    assert two.effects("end") == ["again"]
    nothing_is_left(two.desk)


def test_a_server_whose_database_goes_away_says_so_and_goes_on(tmp_path: Path) -> None:
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with (
        postgres.fragile(SIGQUIT) as (url, restart),
        shop(tmp_path, url, url) as one,
    ):
        server, address = one.serve("far", one.wire.url(url))
        with working(server):
            run = one.start()
            there, one.wire.server = one.wire.server, tmp_path / "nowhere"
            one.wire.cut()
            until(lambda: httpx.get(f"{address}/health", timeout=60).status_code == 503)
            one.wire.server = there
            until(lambda: httpx.get(f"{address}/health", timeout=60).status_code == 200)
            restart()
            until(lambda: httpx.get(f"{address}/health", timeout=60).status_code == 200)
            (tmp_path / "go").touch()
            until(lambda: one.is_over(run))
        assert one.desk.run(run).row.state is State.SUCCEEDED
        assert one.effects("begin") == one.effects("end") == ["again", "known", "plain"]
        assert one.effects("cut") == []
        assert "Traceback" not in (tmp_path / "far.log").read_text(encoding="utf-8")
        nothing_is_left(one.desk)
