"""What actions do when their job ends: real programs of Node.js under real shims."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from holdfast.declare import Action, Workflow
from holdfast.drivers.redaction import hiding
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.drivers.steps.workplace import LocalWorkplace
from holdfast.drivers.stores import open_store
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepAt
from holdfast.engine.steps.hiding import Hiding
from holdfast.engine.steps.local import LocalActions
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.work import StepWork
from holdfast.load.workflows import file_of, read_action, reread
from holdfast.model import State, StepView
from unit.runs.test_steps import Vault
from unit.runs.world import World

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="no Node.js here")

ACTION = """
name: act
inputs: {word: {required: true}}
runs: {using: node20, main: main.js, post: post.js, post-if: "IF"}
"""
BOTH = """
name: both
runs:
  using: composite
  steps:
    - {uses: ./act, with: {word: two}}
    - {run: echo between, shell: sh}
    - {uses: ./act, with: {word: three}}
"""
MAIN = (
    "fs.appendFileSync(process.env.GITHUB_STATE, `word=${process.env.INPUT_WORD}\\n`)"
)
POST = """
fs.appendFileSync(process.env.LOG, `post ${process.env.STATE_word}\\n`)
setTimeout(() => console.log('done', process.env.STATE_word), Number(process.env.PAUSE))
"""


@dataclass
class Shop:
    """A world whose jobs use actions of the project."""

    world: World
    folder: Path
    asked: int = 0
    """How often it was asked whether the job is to end."""
    runners: list[ShimRunner] = field(default_factory=list)

    def declare(
        self, steps: list[object], when: str = "always()", pause: int = 0
    ) -> None:
        """Write the workflow, its actions, and the step that puts their programs there."""
        programs = {"main.js": MAIN, "post.js": POST}
        put = "\n".join(
            ["mkdir act", *(_file(n, text) for n, text in programs.items())]
        )
        env = {"LOG": str(self.log), "PAUSE": pause}
        flow = {
            "name": "ci",
            "on": {"workflow_dispatch": {}},
            "jobs": {"j": {"env": env, "steps": [{"run": put}, *steps]}},
        }
        sources = {
            "workflows/ci.yaml": json.dumps(flow).encode(),
            "act/action.yml": ACTION.replace("IF", when).encode(),
            "both/action.yml": BOTH.encode(),
        }
        made = reread(sources["workflows/ci.yaml"], "workflows/ci.yaml", sources.get)
        assert isinstance(made, Workflow)
        self.world.flow = made

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def go_on(self, *, stops_with: str = "", dies: int = 10**6) -> None:
        """
        Walk the newest segment.

        It is cancelled when there is such a file, and dies after so many questions.
        """
        segment, worker = self.world.segments.given[-1]
        runner = ShimRunner(self.folder / "steps")
        runner.renew(60)
        self.runners.append(runner)
        place = LocalWorkplace(self.folder / "work", "w1")
        processes = Processes(runner, place)
        work = StepWork(
            processes,
            place,
            runner,
            self.world.store.runs,
            Vault(),
            Hiding(place, hiding),
        )
        work.local = LocalActions(work, _action)

        def stopping(_segment: str) -> str:
            self.asked += 1
            if self.asked > dies and self.log.exists():
                raise KeyboardInterrupt
            stops = bool(stops_with) and (self.folder / stops_with).exists()
            return "ann cancelled it" if stops else ""

        JobRun(self.world.keeper, work, worker, "here", stopping).execute(segment)

    def steps(self, run: str) -> list[StepView]:
        job = self.world.view(run).jobs["j"]
        return [job.steps[index] for index in sorted(job.steps)]

    def printed(self, run: str, step: int) -> str:
        return self.world.store.runs.printed(run, "j", step).decode()


def _file(name: str, text: str) -> str:
    return f"cat > act/{name} <<'EOF'\nconst fs = require('fs')\n{text}\nEOF"


def _action(at: StepAt, uses: str) -> tuple[Action, str] | None:
    found = file_of(uses, at.flow.sources.get)
    assert found
    made = read_action(found[1], found[0]).action
    return (made, found[0].rpartition("/")[0]) if made else None


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    store = open_store(tmp_path / "holdfast.db")
    world = World.of(store)
    world.worker("w1")
    made = Shop(world, tmp_path)
    yield made
    for runner in made.runners:
        runner.close()
    store.close()


def _act(word: str) -> dict[str, object]:
    return {"uses": "./act", "with": {"word": word}, "id": word}


def test_posts_run_backwards_with_what_was_kept_also_within_actions(shop: Shop) -> None:
    shop.declare([_act("one"), {"uses": "./both"}, {"run": "exit 1"}, _act("late")])
    run = shop.world.start()
    shop.go_on()
    steps = shop.steps(run)
    outcomes = [step.outcome for step in steps]
    written = ["success", "success", "success", "failure", "skipped"]
    assert outcomes == [*written, "skipped", "success", "success"]
    assert shop.printed(run, 6) == "done three\ndone two\n"
    assert shop.printed(run, 7) == "done one\n"
    assert shop.log.read_text() == "post three\npost two\npost one\n"
    assert shop.world.view(run).jobs["j"].state is State.FAILED


def test_a_post_has_its_condition(shop: Shop) -> None:
    shop.declare([_act("one"), {"run": "exit 1"}], when="success()")
    run = shop.world.start()
    shop.go_on()
    assert shop.steps(run)[-1].outcome == "skipped"
    assert not shop.log.exists()


def test_a_cancelled_job_still_cleans_up(shop: Shop) -> None:
    shop.declare([_act("one"), {"run": f"touch {shop.folder}/asleep; sleep 600"}])
    run = shop.world.start()
    shop.go_on(stops_with="asleep")
    assert [step.outcome for step in shop.steps(run)][1:] == [
        "success",
        "cancelled",
        "success",
    ]
    assert shop.log.read_text() == "post one\n"
    assert shop.world.view(run).jobs["j"].state is State.CANCELLED


def test_a_killed_worker_does_not_clean_up_twice(shop: Shop) -> None:
    shop.declare([_act("one")], pause=700)
    run = shop.world.start()
    with pytest.raises(KeyboardInterrupt):
        shop.go_on(dies=1)
    assert shop.log.read_text() == "post one\n"
    shop.go_on()
    assert shop.printed(run, 2) == "done one\n"
    assert shop.log.read_text() == "post one\n"
    assert shop.world.view(run).jobs["j"].state is State.SUCCEEDED
