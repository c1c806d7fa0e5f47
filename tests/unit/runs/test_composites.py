"""Steps of a local action: what each of them says by its output is its own."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from holdfast.declare import Action, Step
from holdfast.engine.runs.job_state import StepAt
from holdfast.engine.steps.local import LocalActions
from holdfast.engine.steps.work import StepWork
from holdfast.load.workflows import read_action
from unit.runs.test_steps import Shop, sh, shop
from unit.runs.world import HERE

__all__ = ["shop"]
ACTION = b"""
name: act
outputs: {left: {value: "${{ steps.two.outputs.word }}"}}
runs:
  using: composite
  steps:
    - {id: one, run: 'echo ::error::first; echo ::set-output name=word::hi', shell: sh}
    - {id: two, run: 'echo ::warning::second', shell: sh}
"""


@dataclass
class Composing(Shop):
    """A shop with a local action."""

    def work(self) -> StepWork:
        made = Shop.work(self)
        made.local = LocalActions(made, action)
        return made


def action(_at: StepAt, _uses: str) -> tuple[Action, str] | None:
    made = read_action(ACTION, "act/action.yml").action
    return (made, "act") if made else None


@pytest.fixture
def composing(shop: Shop, tmp_path: Path) -> Composing:
    return Composing(shop.world, tmp_path, runners=shop.runners)


def test_what_one_step_says_is_not_said_again_by_the_next(composing: Composing) -> None:
    use = replace(Step(id="u", place=HERE), uses="./act")
    run = composing.run(use, sh("echo [${{ steps.u.outputs.left }}]", "s"))
    told = composing.world.view(run).jobs["j"].steps[0].body["annotations"]
    assert [(note["level"], note["text"]) for note in told] == [
        ("error", "first"),
        ("warning", "second"),
    ]
    assert composing.printed(run, 1) == "[]\n"
