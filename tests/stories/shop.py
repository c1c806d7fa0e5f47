"""A project, its server, and people at terminals: Holdfast as its users have it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stories.waiting import PATIENCE, until

_WORDS = ("status", "why", "logs")


@dataclass
class Shop:
    """A project, its server, and people at terminals."""

    root: Path
    tokens: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the project."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def type(self, who: str, *words: str, given: str = "", fine: bool = True) -> str:
        """One command of a person; what it prints on both streams."""
        token = {"HOLDFAST_TOKEN": self.tokens[who]} if who in self.tokens else {}
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", *words],
            cwd=self.root,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOLDFAST_ACTOR": who, "NO_COLOR": "1", **token},
        )
        assert not fine or done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def runs(self, workflow: str, state: str) -> list[str]:
        """Runs of a workflow in a state, newest first."""
        words = ("runs", "--workflow", workflow, "--state", state, "--json")
        told = self.type("ann", *words)
        return [str(run["id"]) for run in json.loads(told)["runs"]]

    def wait_for(self, workflow: str, state: str) -> str:
        """Wait for a run of a workflow to be in a state; its id."""
        give_up = time.monotonic() + PATIENCE
        while not (found := self.runs(workflow, state)):
            assert time.monotonic() < give_up, self.seen()
            time.sleep(0.2)
        return found[0]

    def seen(self) -> str:
        """Everything there is to see, for whoever wonders why a test failed."""
        listed = [self.type("ann", "runs"), self.type("ann", "event", "list")]
        told = json.loads(self.type("ann", "runs", "--json"))["runs"]
        for run in told[:3]:
            listed += [self.type("ann", one, run["id"], fine=False) for one in _WORDS]
        return "\n".join([*listed, self.log()])

    def log(self) -> str:
        """What the server said."""
        return (self.root.parent / "server.log").read_text(encoding="utf-8")

    @contextmanager
    def served(self) -> Iterator[None]:
        """The project's server, with a token for each person."""
        with (self.root.parent / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "holdfast", "serve", "--port", "0"],
                cwd=self.root,
                stdout=log,
                stderr=log,
                env={**os.environ, "HOLDFAST_ACTOR": "ann", "NO_COLOR": "1"},
            )
        try:
            told = self.root / ".holdfast/server.json"
            until("the server", lambda: told.exists() or process.poll() is not None)
            assert process.poll() is None, self.log()
            self.url = json.loads(told.read_text("utf-8"))["url"]
            for who in ("ann", "bob"):
                said = self.type(who, "token", "add", who)
                self.tokens[who] = said.split()[0]
            yield
        finally:
            process.terminate()
            process.wait()
