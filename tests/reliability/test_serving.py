"""``holdfast serve`` as a process: soon there, and quietly gone."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

import postgres

pytestmark = pytest.mark.slow
PROJECT = "project: shop\nowner: team-shop\nenvironments: {production: {}}\n"
HOSTS = "hosts: {web-1: {environment: production}}\nconnect: {driver: local, root: m}\n"
SLOW = """
name: slow
on: {workflow_dispatch: {}}
jobs:
  work:
    runs-on: self-hosted
    steps:
      - run: echo begun >> ROOT/begun; until test -e ROOT/go; do sleep 0.1; done
      - run: echo ended >> ROOT/ended
"""
WITHIN = 60.0
"""Seconds: on a machine that is busy with other things."""
PROCESSOR = 5.0
"""Seconds of processor time: what a quiet machine needs is below that, all told."""
DATABASES = count(1)


@dataclass
class Server:
    """A server of a project in a process of its own."""

    root: Path
    process: "subprocess.Popen[bytes]"
    url: str = ""

    @property
    def said(self) -> str:
        return (self.root / "stderr").read_text(encoding="utf-8")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.said
        try:
            return httpx.get(f"{self.url}/health", timeout=1).text == "ok\n"
        except httpx.HTTPError:
            return False

    def stop(self) -> float:
        """Ask it to stop; the seconds until it was gone."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WITHIN) == 0
        return time.monotonic() - begun


def holdfast(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "holdfast", *words)


def until(happened: Callable[[], bool]) -> None:
    give_up = time.monotonic() + WITHIN
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@contextmanager
def serving(root: Path, *more: str) -> Iterator[Server]:
    port = free_port()
    with (root / "stderr").open("wb") as said:
        process = subprocess.Popen(
            holdfast("-C", str(root), "serve", "--port", port, *more),
            stderr=said,
            env={**os.environ, "HOLDFAST_ACTOR": "ann"},
        )
    made = Server(root, process, f"http://127.0.0.1:{port}")
    try:
        until(made.answers)
        yield made
    finally:
        process.kill()
        process.wait()


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "holdfast.yaml": PROJECT,
        "hosts/all.yaml": HOSTS,
        "workflows/slow.yaml": SLOW.replace("ROOT", str(tmp_path)),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> tuple[str, ...]:
    if request.param == "sqlite":
        return ()
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    name = f"serving{next(DATABASES)}"
    return (
        "--database",
        postgres.new_database(request.getfixturevalue("cluster"), name),
    )


def test_a_server_answers_soon_after_its_start(root: Path) -> None:
    with serving(root) as server:
        assert processor(server.process.pid) < PROCESSOR
        assert held_back(server.process.pid) == {""}
        server.stop()


def test_a_server_stops_quietly_while_a_step_is_at_work(
    root: Path, database: tuple[str, ...]
) -> None:
    with serving(root, *database) as server:
        subprocess.run(
            holdfast("-C", str(root), "run", "slow", "--no-wait"),
            check=False,
            capture_output=True,
        )
        until((root / "begun").exists)
        server.stop()
        assert "Traceback" not in server.said
        assert not (root / "ended").exists()
        assert len(server.said.splitlines()) == 3
    (root / "go").touch()
    with serving(root, *database) as server:
        until((root / "ended").exists)
        until(lambda: "succeeded" in states(root))
        server.stop()
        assert "Traceback" not in server.said
    assert (root / "begun").read_text(encoding="utf-8") == "begun\n"


STUCK = """
name: stuck
on: {workflow_dispatch: {}}
jobs:
  work:
    runs-on: self-hosted
    steps:
      - run: echo "$T" >> ROOT/ended
        env: {T: "${{ secrets.TOKEN }}"}
"""


@contextmanager
def vault_that_never_answers(root: Path) -> Iterator[Callable[[], bool]]:
    """A step that reads a secret of it is stuck in its worker; gives whether it asks."""
    with socket.create_server(("127.0.0.1", 0)) as listens:
        listens.settimeout(0)
        address = f"http://127.0.0.1:{listens.getsockname()[1]}"
        vault = f'{{address: "{address}", token: "env:VTOKEN", timeout: 10m}}'
        secrets = f'{{names: {{TOKEN: "vault:kv/a#b"}}, vault: {vault}}}'
        written = f"{PROJECT}secrets: {secrets}\n"
        (root / "holdfast.yaml").write_text(written, encoding="utf-8")
        stuck = STUCK.replace("ROOT", str(root))
        (root / "workflows/stuck.yaml").write_text(stuck, encoding="utf-8")
        asked: list[socket.socket] = []

        def is_asked() -> bool:
            with suppress(BlockingIOError):
                asked.append(listens.accept()[0])
            return bool(asked)

        yield is_asked
        for one in asked:
            one.close()


def stuck_in(root: Path, is_asked: Callable[[], bool]) -> None:
    words = holdfast("-C", str(root), "run", "stuck", "--no-wait")
    subprocess.run(words, check=False, capture_output=True)
    until(is_asked)


def test_a_server_waits_no_longer_than_it_is_told_for_what_it_does_itself(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VTOKEN", "s.token-of-a-vault")
    with (
        vault_that_never_answers(root) as is_asked,
        serving(root, "--stop-timeout", "1s") as server,
    ):
        stuck_in(root, is_asked)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(WITHIN) == 1
        assert "Traceback" not in server.said
        assert "Left while at work, as by a kill" in server.said
        assert "r1/work/1" in server.said
    monkeypatch.setenv("HOLDFAST_SECRET_TOKEN", "now-it-is-here")
    (root / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    with serving(root) as server:
        until((root / "ended").exists)
        until(lambda: "succeeded" in states(root))
        server.stop()
    assert (root / "ended").read_text(encoding="utf-8") == "now-it-is-here\n"


def test_a_second_signal_ends_a_server_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VTOKEN", "s.token-of-a-vault")
    with (
        vault_that_never_answers(root) as is_asked,
        serving(root, "--stop-timeout", "10m") as server,
    ):
        stuck_in(root, is_asked)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: "Stopping" in server.said)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(WITHIN) == 1
        assert "Left at once, as by a kill." in server.said


def processor(pid: int) -> float:
    """Seconds of processor time a process has used."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    ticks = told.rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def held_back(pid: int) -> set[str]:
    """The signals the threads of a process hold back, and with them what they start."""
    threads = Path(f"/proc/{pid}/task").glob("*/status")
    told = [one.read_text(encoding="utf-8") for one in threads]
    return {text.partition("SigBlk:")[2].split()[0].lstrip("0") for text in told}


def states(root: Path) -> list[str]:
    told = subprocess.run(
        holdfast("-C", str(root), "runs", "--json"), check=True, capture_output=True
    )
    return [one["state"] for one in json.loads(told.stdout)["runs"]]


def test_on_postgresql_a_worker_of_the_same_folder_works_beside_its_server(
    root: Path, database: tuple[str, ...]
) -> None:
    beside = holdfast("-C", str(root), "worker", "--name", "beside", *database)
    with (
        serving(root, "--slots", "0", *database) as server,
        (root / "worker").open("wb") as said,
    ):
        worker = subprocess.Popen(beside, stderr=said)
        try:
            if not database:
                assert worker.wait(WITHIN) == 75
                assert "has the SQLite file to itself" in (root / "worker").read_text()
                return
            (root / "go").touch()
            subprocess.run(
                holdfast("-C", str(root), "run", "slow"),
                check=True,
                stdout=subprocess.DEVNULL,
                timeout=WITHIN,
                env={**os.environ, "HOLDFAST_ACTOR": "ann"},
            )
            assert (root / "ended").exists()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(WITHIN) == 0
        finally:
            worker.kill()
            worker.wait()
        server.stop()


def test_commands_go_on_with_a_server_while_a_file_of_the_project_is_broken(
    root: Path,
) -> None:
    with serving(root) as server:
        (root / "go").touch()
        (root / "workflows/broken.yaml").write_text("on: {nonsense: {}}\njobs: {}\n")
        done = subprocess.run(
            holdfast("-C", str(root), "run", "slow"),
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN,
            env={**os.environ, "HOLDFAST_ACTOR": "ann"},
        )
        assert done.returncode == 0, done.stderr
        said = "workflows/broken.yaml:1:6 cannot be used; the server has the project"
        assert said in done.stderr
        server.stop()
