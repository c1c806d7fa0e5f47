"""kill -9 of Holdfast at every entry of the journal: the next start puts it right."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.app import open_application
from holdfast.model import Event

CONFIG = """\
name: c
hosts: all
resources:
  - directory: /etc/app
  - file: /etc/app/one
    content: "1\\n"
    then: note
  - line: /etc/app/two
    text: "2"
  - command: echo x >>"$HOLDFAST_ROOT/count"
    check: test -e "$HOLDFAST_ROOT/count"
    undo: rm -f "$HOLDFAST_ROOT/count"
handlers:
  note: {command: 'touch "$HOLDFAST_ROOT/noted"'}
"""

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from holdfast.app import open_application
from holdfast.drivers.stores.ledger import SqlLedger
left, when = int(sys.argv[2]), sys.argv[3]
append = SqlLedger.append
def counted(self, entries):
    global left
    left -= 1
    if left < 0 and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    kept = append(self, entries)
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept
SqlLedger.append = counted
app = open_application(Path(sys.argv[1]))
with app.alone():
    app.settle()
    proposal = app.propose(())
    app.carry_out(proposal, app.judge(proposal, ask=False, why=""))
"""


def _project(root: Path) -> None:
    for name, text in (
        ("holdfast.yaml", "project: p\nowner: t\nenvironments: {e: {}}\n"),
        ("hosts/h.yaml", "hosts: {h: {connect: {driver: local, root: machine}}}\n"),
        ("config/c.yaml", CONFIG),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "machine/etc").mkdir(parents=True)


def _killed(root: Path, number: int, when: str) -> bool:
    """Apply in a process that is killed at its n-th append; whether it was."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT, str(root), str(number), when],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_after_any_entry_the_next_start_ends_as_if_nothing_had_happened(
    tmp_path: Path, when: str
) -> None:
    number, killed = 0, True
    while killed:
        root = tmp_path / str(number)
        _project(root)
        killed = _killed(root, number, when)
        _check_it_ends_well(root)
        number += 1
    assert number > 4, "it was killed at several places"


def _check_it_ends_well(root: Path) -> None:
    app = open_application(root)
    try:
        with app.alone():
            doubts = app.settle()
            for doubt in doubts:
                if doubt.answer == "unknown":
                    address = str(doubt.change.address)
                    assert doubt.change.address.kind == "handler"
                    app.resolve_doubt(doubt.run, address, "not-made")
            assert not app.open_doubts()
            proposal = app.propose(())
            if proposal.plan:
                verdict = app.judge(proposal, ask=False, why="")
                assert app.carry_out(proposal, verdict).exit == 0
            assert not app.propose(()).plan
        machine = root / "machine"
        assert (machine / "count").read_text() == "x\n", "never run twice"
        assert (machine / "etc/app/two").read_text() == "2\n"
        assert (machine / "noted").exists(), "the handler ran in the end"
        assert {p.name for p in (machine / "etc/app").iterdir()} == {"one", "two"}
        assert not app.store.ledger.unfinished()
        assert not app.store.claims.held(app.engine.clock.now())
        ends = {e.run for e in app.store.ledger.all() if e.event is Event.RUN_ENDED}
        begun = {e.run for e in app.store.ledger.all() if e.event is Event.RUN_STARTED}
        assert begun == ends
    finally:
        app.close()
