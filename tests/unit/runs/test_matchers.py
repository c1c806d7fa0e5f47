"""Problem matchers of a job: from the step that adds one on, with steps of its actions."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from holdfast.drivers.matching import BoundedMatching
from holdfast.engine.steps.work import StepWork
from unit.runs.test_steps import Shop, sh, shop

__all__ = ["shop"]
GO = {
    "owner": "go",
    "pattern": [
        {"regexp": r"^(.+\.go):(\d+): (.*)$", "file": 1, "line": 2, "message": 3}
    ],
}
WRITE = f"""cat > go.json <<'END'
{json.dumps({"problemMatcher": [GO]})}
END
echo ::add-matcher::$PWD/go.json
"""


@dataclass
class Matching(Shop):
    """A shop whose worker follows problem matchers."""

    def work(self) -> StepWork:
        made = Shop.work(self)
        made.processes.matching = BoundedMatching()
        return made

    def notes(self, run: str) -> list[Any]:
        steps = self.world.view(run).jobs["j"].steps.values()
        return [list(step.body.get("annotations") or ()) for step in steps]


@pytest.fixture
def matching(shop: Shop, tmp_path: Path) -> Matching:
    return Matching(shop.world, tmp_path, runners=shop.runners)


def test_a_matcher_holds_until_it_is_removed(matching: Matching) -> None:
    run = matching.run(
        sh(WRITE, "add"),
        sh("echo $PWD/a.go:3: broken; exit 1", "fails", continue_on_error=True),
        sh("echo b.go:4: too; echo ::remove-matcher owner=go::", "ends"),
        sh("echo c.go:5: unseen", "later"),
    )
    assert matching.notes(run) == [
        [],
        [{"level": "error", "text": "broken", "file": "a.go", "line": 3}],
        [{"level": "error", "text": "too", "file": "b.go", "line": 4}],
        [],
    ]


def test_a_secret_in_a_problem_is_hidden(matching: Matching) -> None:
    mask = "echo ::add-mask::made-here-42; echo a.go:1: it said made-here-42"
    run = matching.run(sh(f"{WRITE}{mask}", "add"))
    (note,) = matching.notes(run)[0]
    assert note["text"] == "it said ***"
    assert "made-here" not in str(matching.world.store.ledger.of_run(run))


def test_a_matcher_that_cannot_be_used_is_said_in_the_run(matching: Matching) -> None:
    run = matching.run(sh("echo ::add-matcher::gone.json", "add"))
    (note,) = matching.notes(run)[0]
    assert note["level"] == "warning"
    assert "gone.json is not used: No such file" in note["text"]
