"""Machines for the tests in this folder."""

import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from hosts.machines import BED, HOME, Machine, bed

_numbers = count(11 + 110 * (os.environ.get("PYTEST_XDIST_WORKER") == "gw1"))
_ending: list["subprocess.Popen[bytes]"] = []


def pytest_sessionfinish() -> None:
    """Wait for the machines that are being thrown away."""
    for process in _ending:
        process.wait()


@pytest.fixture(scope="session")
def packages() -> str:
    """A package repository that hosts see at /srv/repo."""
    if os.geteuid() != 0:
        pytest.skip("throw-away hosts need root")
    bed("base")
    if not (HOME / "repo/Packages").exists():
        bed("packages", str(HOME / "repo"))
    return f"--bind-ro={HOME}/repo:/srv/repo"


@pytest.fixture
def start(packages: str) -> Iterator[Callable[[], Machine]]:
    """Start machines; all are thrown away at the end of the test."""
    running: list[Machine] = []

    def begin() -> Machine:
        number = next(_numbers)
        machine = Machine(f"t{os.getpid()}-{number}", number)
        bed("up", machine.name, str(number), HOLDFAST_BED_NSPAWN=packages)
        running.append(machine)
        return machine

    yield begin
    _ending.extend(subprocess.Popen([str(BED), "down", m.name]) for m in running)


@pytest.fixture
def machine(start: Callable[[], Machine]) -> Machine:
    """One fresh machine."""
    return start()
