"""A throw-away PostgreSQL for a test session, on a socket of its own."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def is_there() -> bool:
    """Whether PostgreSQL's programs are installed."""
    return bool(FOLDERS)


@contextmanager
def cluster() -> Iterator[str]:
    """A running server; gives the URL of its database."""
    with _files() as folder:
        _control(folder, "-o", _options(folder, "-c fsync=off"), "start")
        try:
            yield _url(folder)
        finally:
            _control(folder, "-m", "immediate", "stop")


@contextmanager
def durable() -> Iterator[str]:
    """The same, which waits for the disk as a database of its owners' data does."""
    with _files() as folder:
        _control(folder, "-o", _options(folder), "start")
        try:
            yield _url(folder)
        finally:
            _control(folder, "-m", "immediate", "stop")


@contextmanager
def fragile(number: int = signal.SIGKILL) -> Iterator[tuple[str, Callable[[], None]]]:
    """
    A server that is killed; its URL, and how to kill and restart it.

    With ``SIGQUIT`` it is what ``pg_ctl -m immediate`` does: everybody is told. What it
    wrote is with the kernel, which is not killed: it need not wait for the disk.
    """
    with _files() as folder:

        def crash() -> None:
            pid = int((folder / "data/postmaster.pid").read_text().split()[0])
            os.kill(pid, number)
            _until_started(folder)

        _control(folder, "-o", _options(folder, "-c fsync=off"), "start")
        try:
            yield _url(folder), crash
        finally:
            _control(folder, "-m", "immediate", "stop")


@contextmanager
def _files() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="holdfast-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, programs = folder / "data", FOLDERS[-1]
    _as_postgres(
        str(programs / "initdb"), "-D", str(data), "-U", "holdfast", "-A", "trust", "-N"
    )
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(folder: Path, more: str = "") -> str:
    return (
        f"-k {folder} -c listen_addresses= -c max_connections=200 "
        f"-c shared_buffers=64MB {more}"
    )


def _control(folder: Path, *what: str) -> None:
    pg_ctl, log = str(FOLDERS[-1] / "pg_ctl"), str(folder / "log")
    _as_postgres(pg_ctl, "-D", str(folder / "data"), "-w", "-l", log, *what)


def _until_started(folder: Path) -> None:
    """What a killed server started lives on until it notices; nothing starts before."""
    for left in range(20, -1, -1):
        try:
            _control(folder, "-o", _options(folder, "-c fsync=off"), "start")
        except AssertionError:
            if not left:
                raise
            time.sleep(0.2)
        else:
            return


def _url(folder: Path) -> str:
    return f"postgresql://holdfast@/postgres?host={folder}"


def new_database(cluster: str, name: str, like: str = "template0") -> str:
    """A database of its own in a cluster; its URL."""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return cluster.replace("/postgres?", f"/{name}?")


def _as_postgres(*command: str) -> None:
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, *command], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stdout + done.stderr
