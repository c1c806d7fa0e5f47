"""A project with workflows to measure, and a server of it with its own database."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.drivers.desks import Asking, RemoteRunDesk
from holdfast.ports import RunRow

PROJECT = """
project: bench
owner: bench
teams: {bench: [ann]}
environments: {held: {gates: {approve: {by: [bench], within: 24h}}}}
hooks: {orders: {kind: hmac, secret: orders, event_header: X-Event}}
"""
WRITER = Path(__file__).with_name("writer.py")
STAMP = "run: 'echo $EPOCHREALTIME $HOLDFAST_RUN >> \"$STAMPS\"'"
WORKFLOWS = {
    "first": f"""
on: {{workflow_dispatch: {{}}}}
env: {{STAMPS: FOLDER/first.txt}}
jobs: {{one: {{steps: [{{{STAMP}}}]}}}}
""",
    "two": """
on: {workflow_dispatch: {}}
jobs: {one: {steps: [{run: ":"}, {run: ":"}]}}
""",
    "five": """
on: {workflow_dispatch: {}}
jobs: {one: {steps: [{run: ":"}, {run: ":"}, {run: ":"}, {run: ":"}, {run: ":"}]}}
""",
    "steps": """
on: {workflow_dispatch: {}}
jobs: {one: {steps: [STEPS]}}
""".replace("STEPS", ", ".join(['{run: ":"}'] * 100)),
    "hook": """
on: {webhook: {hook: orders}}
env: {STAMPS: FOLDER/hook.txt, ORDER: "${{ event.order }}"}
jobs: {one: {steps: [{run: 'echo $EPOCHREALTIME $ORDER >> "$STAMPS"'}]}}
""",
    "held": """
on: {workflow_dispatch: {}}
jobs: {one: {environment: held, steps: [{run: ":"}]}}
""",
    "log": """
on:
  workflow_dispatch:
    inputs:
      seconds: {type: number, required: true}
      rate: {type: number, required: true}
      told: {type: string, required: true}
env:
  SECONDS_: ${{ inputs.seconds }}
  RATE: ${{ inputs.rate }}
  TOLD: ${{ inputs.told }}
jobs: {one: {steps: [{run: 'PYTHON WRITER "$SECONDS_" "$RATE" "$TOLD"'}]}}
""",
    "long": """
on: {workflow_dispatch: {}}
env: {STAMPS: FOLDER/long.txt}
jobs:
  one:
    steps:
      - {run: 'echo $EPOCHREALTIME >> "$STAMPS"; sleep 5', idempotent: true}
      - {run: 'echo $EPOCHREALTIME >> "$STAMPS"; sleep 1', idempotent: true}
      - {run: 'echo $EPOCHREALTIME >> "$STAMPS"; sleep 1', idempotent: true}
""",
}


@dataclass
class Server:
    """One ``holdfast serve`` and what it is asked through."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    asking: Asking
    desk: RemoteRunDesk
    url: str
    database: str = ""
    others: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def stamps(self, name: str) -> list[list[str]]:
        """Lines that steps wrote: the moment they began, and more."""
        try:
            text = (self.folder / f"{name}.txt").read_text("utf-8")
        except FileNotFoundError:
            return []
        return [line.split() for line in text.splitlines()]

    def until_ended(
        self, run: str, seconds: float = 120, pause: float = 0.01
    ) -> RunRow:
        """Wait for the end of a run; each look at it costs the server time, too."""
        give_up = time.monotonic() + seconds
        while not (row := self.desk.run(run).row).state.is_end:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{run} is {row.state.value}")
            time.sleep(pause)
        return row

    def until(self, happened: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for something."""
        give_up = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > give_up:
                raise TimeoutError((self.folder / "log.txt").read_text("utf-8"))
            time.sleep(0.02)

    def memory(self) -> float:
        """Resident memory of the server in MB."""
        return float(self._status("VmRSS")) / 1024

    def threads(self) -> int:
        """Threads of the server."""
        return int(self._status("Threads"))

    def worker(self, name: str) -> None:
        """Start one more worker, on a machine of its own with others of its sort."""
        place = self.folder.parent / f"{self.folder.name}-workers"
        if not place.exists():
            shutil.copytree(self.folder, place, ignore=_all_but_the_key)
        self._begin(name, place)

    def beside(self, name: str, slots: int) -> None:
        """Start a worker in the folder of the server, as a process of its own."""
        self._begin(name, self.folder, "--slots", str(slots))

    def _begin(self, name: str, place: Path, *more: str) -> None:
        words = ("worker", "--name", name, *more)
        self.others[name] = _start(place, self.database, *words)
        self.until(lambda: name in [row.name for row in self.desk.workers()])

    def _status(self, key: str) -> str:
        text = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        found = re.search(rf"^{key}:\s+(\d+)", text, re.MULTILINE)
        return found[1] if found else "0"


def _all_but_the_key(folder: str, names: list[str]) -> set[str]:
    """What another machine of the project does not have."""
    mine = Path(folder).name == ".holdfast"
    return {name for name in names if mine and name != "key"}


@contextmanager
def server(folder: Path, database: str = "", slots: int = 8) -> Iterator[Server]:
    """Build the project in an empty folder and serve it."""
    (folder / "workflows").mkdir(parents=True)
    (folder / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    for name, text in WORKFLOWS.items():
        written = f"name: {name}\n{text.strip()}\n"
        for word, meant in (
            ("FOLDER", folder),
            ("PYTHON", sys.executable),
            ("WRITER", WRITER),
        ):
            written = written.replace(word, str(meant))
        (folder / f"workflows/{name}.yaml").write_text(written, encoding="utf-8")
    _typed(folder, database, "init")
    _typed(folder, database, "secret", "set", "orders", given="a-secret-of-orders")
    process = _start(folder, database, "serve", "--port", "0", "--slots", str(slots))
    try:
        made = _found(folder, process, database)
        yield made
        made.asking.close()
        for other in made.others.values():
            other.send_signal(signal.SIGTERM)
            other.wait()
    finally:
        process.terminate()
        process.wait()


def _start(folder: Path, database: str, *words: str) -> "subprocess.Popen[bytes]":
    log = (folder / "log.txt").open("ab")
    return subprocess.Popen(
        [sys.executable, "-m", "holdfast", *words],
        cwd=folder,
        stdout=log,
        stderr=log,
        env=_environment(database),
    )


def _environment(database: str) -> dict[str, str]:
    where = {"HOLDFAST_DATABASE": database} if database else {}
    return {**os.environ, "HOLDFAST_ACTOR": "ann", "NO_COLOR": "1", **where}


def _typed(folder: Path, database: str, *words: str, given: str = "") -> None:
    subprocess.run(
        [sys.executable, "-m", "holdfast", *words],
        cwd=folder,
        input=given.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(database),
        check=words[0] != "init",
    )


def _found(folder: Path, process: "subprocess.Popen[bytes]", database: str) -> Server:
    said, give_up = folder / ".holdfast/server.json", time.monotonic() + 30
    while not said.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError((folder / "log.txt").read_text("utf-8"))
        time.sleep(0.05)
    told = json.loads(said.read_text("utf-8"))
    asking = Asking(told["url"], told["token"])
    desk = RemoteRunDesk(asking)
    return Server(folder, process, asking, desk, told["url"], database)
