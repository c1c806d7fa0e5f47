"""
A case is a starting state, what is declared, and what must then be true.

The story of every case is the same: look at the disk, plan, apply, plan again (nothing),
undo, and look at the disk again (as before).
"""

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from holdfast.app import Application, open_application
from holdfast.model import Event
from holdfast.problems import Exit

CASES = Path(__file__).parent / "cases"
PROJECT = "project: cases\nowner: team\nenvironments: {test: {}}\n"
Disk = Mapping[str, object]


@dataclass(frozen=True)
class Place:
    """Where cases happen: a shell there, its disk, and how a project reaches it."""

    hosts: str
    run: Callable[[str], "subprocess.CompletedProcess[str]"]
    disk: Callable[[], Disk]
    root: str = ""

    def sh(self, script: str) -> int:
        """How a script ends there."""
        return self.run(script).returncode

    def filled(self, text: str) -> str:
        """``@R@`` as the root folder, ``@sha256 PATH@`` as the digest of a file there."""
        for path in re.findall(r"@sha256 ([^@]+)@", text):
            said = self.run(f'sha256sum "$R"{path}').stdout.split()[0]
            text = text.replace(f"@sha256 {path}@", said)
        return text.replace("@R@", self.root)


def cases(*names: str) -> list[Any]:
    """The cases of some files, as pytest parameters with readable names."""
    import pytest

    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.yaml"))
        if not names or path.stem in names
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def write_project(root: Path, place: Place, config: Mapping[str, Any]) -> None:
    """A project with one config for all hosts."""
    told = {"name": "case", "hosts": "all", **config}
    written = place.filled(yaml.safe_dump(told, sort_keys=False))
    for name, text in (
        ("holdfast.yaml", PROJECT),
        ("hosts/hosts.yaml", place.hosts),
        ("config/case.yaml", written),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def _host_like(case: Mapping[str, Any]) -> str:
    """What makes a machine another sort of host before the case begins."""
    if "host" not in case:
        return ""
    return (CASES / "hosts" / f"{case['host']}.sh").read_text(encoding="utf-8")


def tell(case: Mapping[str, Any], place: Place, root: Path) -> None:
    """Run one case to its end; any promise that is broken is an assertion."""
    given = place.run(f"{_host_like(case)}\n{case.get('given', ':')}")
    assert given.returncode == 0, f"the starting state: {given.stdout}{given.stderr}"
    before = place.disk()
    words = {k: case[k] for k in ("resources", "handlers", "vars") if k in case}
    write_project(root, place, words)
    app = open_application(root)
    try:
        _story(case, place, app, before)
    finally:
        app.close()


def _story(
    case: Mapping[str, Any], place: Place, app: Application, before: Disk
) -> None:
    proposal = app.propose([])
    plan = proposal.plan
    assert not plan.unknown, plan.unknown
    actions = [c.action.value for c in plan.changes if c.address.kind != "handler"]
    assert actions == case["actions"]
    assert place.disk() == before, "planning changed something"
    if not actions:
        return
    run = _apply(app, proposal, fails=bool(case.get("fails")))
    then = place.run(case.get("then", ":"))
    assert then.returncode == 0, (case["then"], then.stdout, then.stderr)
    if not case.get("fails"):
        again = app.propose([]).plan
        assert [str(c.address) for c in again.changes] == []
    if case.get("undoable", True):
        _undone(case, place, app, run, before)


def _undone(
    case: Mapping[str, Any], place: Place, app: Application, run: str, before: Disk
) -> None:
    back, lost = app.propose_undo(run, ())
    assert bool(lost) == bool(case.get("lost"))
    if back.plan:
        _apply(app, back, fails=False)
    after = dict(place.disk())
    for path in case.get("undo", {}).get("leaves", ()):
        after.pop(path, None)
    ignored = tuple(case.get("ignore", ()))
    assert _without(after, ignored) == _without(before, ignored), "not as before"


def _without(disk: Disk, prefixes: tuple[str, ...]) -> Disk:
    return {path: told for path, told in disk.items() if not path.startswith(prefixes)}


def _apply(app: Application, proposal: Any, *, fails: bool) -> str:
    verdict = app.judge(proposal, ask=False, why="")
    assert not verdict.objections
    report = app.carry_out(proposal, verdict)
    said = [(str(o.change.address), o.output) for o in report.walked.of(Event.FAILED)]
    assert bool(said) == fails, (said, report.proof)
    assert fails or report.exit == Exit.DONE, (report.exit, report.proof)
    return report.run
