"""
Runs whose steps leave a line when they begin and when they end, and what is true of them.

The lines are on another disk and beside every network: they say what really happened.
"""

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from holdfast.app.desks.runs import LocalRunDesk
from holdfast.model import State
from holdfast.ports import RunSheet
from holdfast.record import verify_chain

PROJECT = "project: shop\nowner: sre\nenvironments: {production: {}}\n"
STEPS = 4
REPEATED = STEPS - 1
"""The number of the step that may be repeated."""


def workflow(effects: Path, script: str) -> str:
    """Some steps, one after the other; the last of them may be repeated."""
    lines = [
        "name: work",
        "on: {workflow_dispatch: {}}",
        f"env: {{EFFECTS: {effects}}}",
        "jobs:",
        "  work:",
        "    steps:",
    ]
    for number in range(STEPS):
        lines += [
            f"      - id: s{number}",
            f"        idempotent: {'true' if number == REPEATED else 'false'}",
            "        run: |",
            '          echo "begin $HOLDFAST_RUN $HOLDFAST_STEP" >> "$EFFECTS"',
            *(f"          {line}" for line in script.splitlines()),
            '          echo "end $HOLDFAST_RUN $HOLDFAST_STEP" >> "$EFFECTS"',
        ]
    return "\n".join(lines) + "\n"


def site(folder: Path, effects: Path, script: str) -> Path:
    """A project with that workflow."""
    (folder / "workflows").mkdir(parents=True, exist_ok=True)
    (folder / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "workflows/work.yaml").write_text(workflow(effects, script), "utf-8")
    effects.touch()
    return folder


def seen(effects: Path, word: str, run: str) -> Counter[int]:
    """How often each step of a run began or ended."""
    text = effects.read_text(encoding="utf-8")
    found = re.findall(rf"^{word} {run} s(\d)$", text, re.MULTILINE)
    return Counter(map(int, found))


def untrue(sheet: RunSheet, effects: Path, excuses: str) -> list[str]:
    """
    What a run that has ended says wrongly: lost, twice, or not so.

    ``excuses`` is a pattern of the reasons a step may have failed for.
    """
    begun, ended = (seen(effects, word, sheet.row.id) for word in ("begin", "end"))
    steps, told = sheet.view.jobs["work"].steps, []
    for number in range(STEPS):
        step = steps.get(number)
        outcome = step.outcome if step else ""
        why = str(step.body.get("why", "")) if step else ""
        if outcome == "success" and not ended[number]:
            told.append(f"s{number} is said to be done and never was")
        if begun[number] > 1 and number != REPEATED:
            told.append(f"s{number} happened {begun[number]} times")
        if begun[number] and outcome in {"", "skipped"}:
            told.append(f"s{number} happened and nobody knows")
        if outcome == "failure" and not re.search(excuses, why):
            told.append(f"s{number} failed: {why}")
    return told


def settle(desk: LocalRunDesk, effects: Path, runs: list[str]) -> None:
    """Answer what is in doubt by what the lines say."""
    for run in runs:
        for key, job in desk.run(run).view.jobs.items():
            for number, step in job.steps.items():
                if step.state is State.IN_DOUBT:
                    made = seen(effects, "begin", run)[number]
                    desk.answer(run, key, "made" if made else "not-made", "ann")


def all_ended(desk: LocalRunDesk, effects: Path, runs: list[str]) -> bool:
    """Whether every run has ended; what is in doubt is answered meanwhile."""
    settle(desk, effects, runs)
    return all(desk.run(run).row.state.is_end for run in runs)


def nothing_is_left(desk: LocalRunDesk) -> None:
    """No job is at hand, no claim is held, and the ledger is whole."""
    store = desk.crew.app.store
    with store.runs.begin() as transaction:
        assert transaction.jobs() == ()
    assert store.claims.held(desk.crew.keeper.clock.now()) == ()
    assert verify_chain(store.ledger.all())[0] == ()


def until(true: Callable[[], object], what: Callable[[], object] = str) -> None:
    """Wait for something; ``what`` says what there is instead."""
    give_up = time.monotonic() + 90
    while not true():
        assert time.monotonic() < give_up, what()
        time.sleep(0.05)
