"""
Run workflows of public repositories as they are, and say how each of their jobs ended.

    python tools/realworkflows.py FOLDER [NAME ...]

FOLDER holds clones, each named like its repository (``strip-tags``). Nothing is fetched by
this script; what the workflows themselves install comes from where the machine is set up
to get it. A job that waits for a label no worker here has is cancelled and said so.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from holdfast.app import open_application
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.runs.wiring import Crew, crew_of, worker_of
from holdfast.model import JobView
from holdfast.ports import RunSheet

WORKFLOWS = {
    "dylanaraps/pfetch": ".github/workflows/main.yml",
    "tidwall/match": ".github/workflows/go.yml",
    "simonw/json-flatten": ".github/workflows/test.yml",
    "simonw/strip-tags": ".github/workflows/test.yml",
    "simonw/files-to-prompt": ".github/workflows/test.yml",
    "google/uuid": ".github/workflows/tests.yaml",
    "sindresorhus/p-map": ".github/workflows/main.yml",
    "sindresorhus/camelcase": ".github/workflows/main.yml",
    "lh3/bwa": ".github/workflows/ci.yaml",
    "ibireme/yyjson": ".github/workflows/checks.yml",
}
LONGEST = 1800
PATIENCE = 15
"""For so many seconds nothing else may happen until that is believed."""

LABELS = "no worker has"


@dataclass(frozen=True, slots=True)
class Leg:
    """How one job ended."""

    name: str
    result: str
    why: str


def main(folder: Path, names: list[str]) -> int:
    """Run each that has a clone; 1 when there was none."""
    found = 0
    for repository, file in WORKFLOWS.items():
        name = repository.rpartition("/")[2]
        clone = folder / name
        if not clone.is_dir() or (names and name not in names):
            continue
        found += 1
        commit = _git(clone, "rev-parse", "HEAD")[:12]
        print(f"{repository} {commit} {file}", flush=True)
        began = time.monotonic()
        for leg in run(clone, file, repository):
            print(f"  {leg.result:10} {leg.name}  {leg.why}".rstrip(), flush=True)
        print(f"  in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if found else 1


def run(clone: Path, file: str, repository: str) -> list[Leg]:
    """One workflow of a clone, in a copy of it that is a project."""
    with TemporaryDirectory(prefix="holdfast-real-") as folder:
        copy = Path(folder) / clone.name
        _git(clone, "clone", "-q", str(clone), str(copy))
        text = f"project: {clone.name.lower()}\nowner: visitors\n"
        (copy / "holdfast.yaml").write_text(text, encoding="utf-8")
        app = open_application(copy)
        crew = crew_of(app)
        worker = worker_of(crew, "real", ("ubuntu-latest",), slots=2)
        worker.start()
        try:
            return list(_carried_out(crew, file, repository))
        finally:
            worker.stop(120)
            crew.close()
            app.close()


def _carried_out(crew: Crew, file: str, repository: str) -> Iterator[Leg]:
    flow = crew.flows.named(file)
    crew.flows.keep(flow)
    head = crew.flows.head()
    event = {"ref": f"refs/heads/{head.branch}", "after": head.sha}
    github = {
        **crew.flows.by_hand({}),
        "event_name": "push",
        "event": event,
        "repository": repository,
        "repository_owner": repository.partition("/")[0],
    }
    request = crew.flows.request(flow, {}, github)
    desk, run_id = LocalRunDesk(crew), crew.keeper.accept(request, "visitor")
    waited = _followed(desk, run_id)
    sheet = desk.run(run_id)
    for job in flow.jobs:
        for view in sheet.view.of(job.id):
            yield _leg(view, waited.get(view.key, ""))


def _followed(desk: LocalRunDesk, run_id: str) -> dict[str, str]:
    """Wait for the end; what only waits for labels is cancelled, with its reasons."""
    until = time.monotonic() + LONGEST
    waits: dict[str, str] = {}
    stuck = 0
    while True:
        sheet = desk.run(run_id)
        if sheet.row.state.is_end:
            return waits
        stuck = stuck + 1 if _only_waits(sheet) else 0
        if time.monotonic() > until or stuck > PATIENCE:
            waits = dict(sheet.waits)
            desk.cancel(run_id, "the rest waits for what is not here", "visitor")
        time.sleep(1)


def _only_waits(sheet: RunSheet) -> bool:
    going = {key for key, job in sheet.view.jobs.items() if not job.state.is_end}
    stuck = {key for key, why in sheet.waits.items() if LABELS in why}
    return bool(stuck) and going | set(sheet.waits) <= stuck


def _leg(view: JobView, waited: str) -> Leg:
    failed = (step for step in view.steps.values() if step.outcome == "failure")
    lines = (line for step in failed for line in _said(step.body))
    return Leg(
        name=view.name or view.key,
        result=view.state.value,
        why=waited or next(iter(lines), "") or view.why,
    )


def _said(body: object) -> Iterator[str]:
    if isinstance(body, dict):
        for one in body.get("annotations") or ():
            yield str(one.get("text", ""))
        last = [line for line in body.get("lines") or () if line.strip()][-1:]
        yield ": ".join([str(body.get("why", "")), *last])


def _git(folder: Path, *words: str) -> str:
    argv = ["git", "-C", str(folder), *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
