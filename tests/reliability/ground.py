"""A project under siege: thirty steps a run, real workers, and the truth on the disk."""

import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.drivers.steps import process_tree, step_files
from holdfast.ports import RunSheet
from reliability.nursery import Born, Nursery

PROJECT = """
project: siege
owner: sre
teams: {sre: [ann, bob]}
environments:
  production:
    gates: {approve: {by: [sre], count: 1, within: 4h}}
"""
EFFECT = """
name="$HOLDFAST_RUN $HOLDFAST_JOB $HOLDFAST_STEP"
echo "begin $name" >> "$EFFECTS"
sleep 0.1$(( $$ % 10 ))
echo "end $name" >> "$EFFECTS"
"""
ENDED_BY_US = 137


def workflow(effects: Path) -> str:
    """Thirty steps: parallel jobs, a matrix, a gate; every third may be repeated."""
    return "\n".join(
        [
            "name: siege",
            "on: {workflow_dispatch: {}}",
            f"env: {{EFFECTS: {effects}}}",
            "jobs:",
            *_job("one", 6),
            *_job("two", 6),
            *_job("many", 4, "needs: one", "strategy: {matrix: {n: [1, 2, 3]}}"),
            *_job("last", 6, "needs: [many, two]", "environment: production"),
        ]
    )


def _job(name: str, steps: int, *more: str) -> Iterator[str]:
    yield f"  {name}:"
    yield from (f"    {line}" for line in more)
    yield "    steps:"
    for number in range(steps):
        yield f"      - id: s{number}"
        if may_be_repeated(number):
            yield "        idempotent: true"
        yield "        run: |"
        yield from (f"          {line}" for line in EFFECT.strip().splitlines())


def may_be_repeated(step: int) -> bool:
    """Whether a step of that number is harmless twice."""
    return step % 3 == 2


def expected() -> list[str]:
    """``JOB sN`` of every step of a run."""
    jobs = {"one": 6, "two": 6, "many-1": 4, "many-2": 4, "many-3": 4, "last": 6}
    return [f"{job} s{n}" for job, steps in jobs.items() for n in range(steps)]


@dataclass
class Ground:
    """One folder with the project; everything of one machine."""

    folder: Path
    effects: Path
    nursery: Nursery
    database: str = ""
    processes: dict[str, Born] = field(default_factory=dict)

    def build(self, like: "Ground | None" = None) -> None:
        """Write the project; a second machine gets the keys of the first."""
        (self.folder / "workflows").mkdir(parents=True)
        (self.folder / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
        text = workflow(self.effects)
        (self.folder / "workflows/siege.yaml").write_text(text, encoding="utf-8")
        if like:
            shutil.copytree(
                like.folder / ".holdfast",
                self.folder / ".holdfast",
                ignore=lambda _, names: {n for n in names if n != "key"},
            )

    def start(self, name: str, *command: str) -> None:
        """Start a process of the project, or start it again."""
        where = ("--database", self.database) if self.database else ()
        log = self.folder.parent / f"{name}.log"
        words = (*command, "--name", name, *where)
        self.processes[name] = self.nursery.bear(self.folder, log, words)

    def is_up(self, name: str) -> bool:
        """Whether a process is there."""
        return self.processes[name].is_up()

    def end(self) -> None:
        """Stop everything."""
        for process in self.processes.values():
            for number in (signal.SIGCONT, signal.SIGTERM):
                process.send_signal(number)
        for process in self.processes.values():
            process.wait()

    def keepers(self) -> list[int]:
        """The small processes that keep steps; folders may go while they are looked at."""
        seen = os.walk(self.folder / ".holdfast/steps")
        folders = [
            Path(folder) for folder, _, files in seen if step_files.KEEPER in files
        ]
        return [pid for pid in map(step_files.read_pid, folders) if pid]

    def commands(self) -> list[int]:
        """The scripts of steps."""
        children = (process_tree.descendants(keeper)[:1] for keeper in self.keepers())
        return [pid for some in children for pid in some]


def begun(effects: Path, run: str) -> Counter[str]:
    """How often each step of a run had its effect: ``JOB sN``."""
    found = re.findall(rf"^begin {run} (.+)$", effects.read_text("utf-8"), re.MULTILINE)
    return Counter(found)


def wrong(sheet: RunSheet, effects: Path) -> list[str]:
    """What is not as it has to be after a run has ended: lost, twice, or untrue."""
    had, told = begun(effects, sheet.row.id), []
    known = {
        f"{key} s{index}": step
        for key, job in sheet.view.jobs.items()
        for index, step in job.steps.items()
    }
    for name in expected():
        step, times = known.get(name), had[name]
        done = step is not None and step.outcome == "success"
        if done and not times:
            told.append(f"{name} is said to be done and never was")
        if times > 1 and not may_be_repeated(int(name[-1])):
            told.append(f"{name} happened {times} times")
        if times and (step is None or step.outcome == "skipped"):
            told.append(f"{name} happened and nobody knows")
        if step and step.outcome == "failure" and not _by_us(step.body.get("why", "")):
            told.append(f"{name} failed: {step.body.get('why')}")
    return told


def _by_us(why: str) -> bool:
    return str(ENDED_BY_US) in why or "SIGKILL" in why or "killed from outside" in why
