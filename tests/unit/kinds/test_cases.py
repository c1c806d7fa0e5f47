"""Every kind that can be kept below a folder, with dash and with busybox alone."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from disks import disk_of
from story import Place, cases, tell

CONFINED = ("file", "directory", "link", "parts", "command", "cron")
FETCHED = ("fetched", "local-git")
BUSYBOX = shutil.which("busybox")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    machine = tmp_path / "machine"
    (machine / "etc").mkdir(parents=True)

    def run(script: str) -> "subprocess.CompletedProcess[str]":
        env = {**os.environ, "R": str(machine)}
        return subprocess.run(
            ["/bin/sh", "-c", script],
            env=env,
            check=False,
            capture_output=True,
            text=True,
        )

    connect = f"{{driver: local, root: {machine}}}"
    hosts = f"hosts: {{h: {{connect: {connect}}}}}\n"
    return Place(hosts, run, lambda: disk_of(machine), str(machine))


@pytest.mark.parametrize("case", cases(*CONFINED, *FETCHED))
def test_with_the_shell_of_this_machine(
    case: dict[str, Any], place: Place, tmp_path: Path
) -> None:
    tell(case, place, tmp_path / "project")


@pytest.mark.slow
@pytest.mark.skipif(BUSYBOX is None, reason="no busybox on this machine")
@pytest.mark.parametrize("case", cases(*CONFINED))
def test_with_busybox_alone(
    case: dict[str, Any],
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = tmp_path / "box"
    box.mkdir()
    subprocess.run([str(BUSYBOX), "--install", "-s", str(box)], check=True)
    monkeypatch.setenv("PATH", str(box))
    tell(case, place, tmp_path / "project")
