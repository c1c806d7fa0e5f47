"""
The disk fills up while runs are at work, and has room again after a while.

Nobody gives up meanwhile: the server answers, steps go on, and what happened is known.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGTERM

import pytest

import disks
import postgres
from holdfast.app import open_application
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.runs.wiring import crew_of
from reliability.nursery import Born, Nursery
from reliability.truth import all_ended, nothing_is_left, seen, site, until, untrue

pytestmark = pytest.mark.slow
PRINTS = "head -c 100000 /dev/urandom | base64\nsleep 0.5"
RUNS = 3
FULL = 3.0
"""Seconds a disk stays full."""
EXCUSES = "could not be kept|could not be begun|No space left"


@dataclass
class Shop:
    """A project on a small disk with a server, and somebody who starts runs."""

    folder: Path
    effects: Path
    log: Path
    url: str
    nursery: Nursery
    desk: LocalRunDesk
    fill: Callable[[], Path]

    def begin(self) -> Born:
        """Start the server."""
        where = ("--database", self.url) if self.url else ()
        words = ("serve", "--port", "0", "--name", "one", *where)
        return self.nursery.bear(self.folder, self.log, words)

    @property
    def said(self) -> str:
        """What the server said."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def shop(folder: Path, small: Path, url: str = "") -> Iterator[Shop]:
    """``small`` is the folder of the project that is on the small disk."""
    effects, where = folder / "effects", folder / "site"
    with disks.small(where / small, "8m") as fill:
        site(where, effects, PRINTS)
        nursery = Nursery()
        app = open_application(where, database=url)
        crew = crew_of(app)
        try:
            log = folder / "log"
            log.touch()
            yield Shop(where, effects, log, url, nursery, LocalRunDesk(crew), fill)
        finally:
            crew.close()
            app.close()
            nursery.close()


def survives(it: Shop) -> None:
    """
    Fill the disk twice under runs at work, and kill the server the second time.

    Afterwards nothing is lost, twice, untrue or held.
    """
    server, runs = it.begin(), list[str]()
    until(lambda: "Sign in" in it.said)
    for is_killed in (False, True):
        runs += [it.desk.start("work", {}, "ann") for _ in range(RUNS)]
        until(partial(seen, it.effects, "begin", runs[-1]))
        filler = it.fill()
        if is_killed:
            server.kill()
            server = it.begin()
        time.sleep(FULL)
        assert server.is_up() or is_killed
        filler.unlink()
    if not server.is_up():
        assert "No space left" in it.said or "store.full" in it.said
        server = it.begin()
    until(lambda: all_ended(it.desk, it.effects, runs), lambda: it.said[-3000:])
    server.send_signal(SIGTERM)
    assert server.wait(30)
    sheets = [it.desk.run(run) for run in runs]
    assert [untrue(sheet, it.effects, EXCUSES) for sheet in sheets] == [[]] * 2 * RUNS
    nothing_is_left(it.desk)


def test_all_of_a_project_on_a_full_disk(tmp_path: Path) -> None:
    with shop(tmp_path, Path(".holdfast")) as it:
        survives(it)
        assert "store.full" in it.said
        assert "Traceback" not in it.said


def test_the_files_of_steps_on_a_full_disk(tmp_path: Path, cluster: str) -> None:
    url = postgres.new_database(cluster, f"full{time.monotonic_ns()}", like="migrated")
    with shop(tmp_path, Path(".holdfast/steps"), url) as it:
        survives(it)
