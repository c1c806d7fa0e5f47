# ruff: noqa: S604 - `shell` is a key of the step
"""Real steps: scripts under real shims, with everything GitHub promises them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from holdfast.declare import Defaults, Retry, Step
from holdfast.drivers.redaction import hiding
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.drivers.steps.workplace import LocalWorkplace
from holdfast.drivers.stores import open_store
from holdfast.engine.runs.job import JobRun
from holdfast.engine.steps.hiding import Hiding
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.work import StepWork
from holdfast.model import Sensitive, State
from unit.runs.world import HERE, World, job


@dataclass
class Vault:
    known: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, /) -> Sensitive | None:
        return Sensitive(name, "1", self.known[name]) if name in self.known else None

    def names(self) -> list[str]:
        return list(self.known)


@dataclass
class Shop:
    """A world whose steps are real."""

    world: World
    folder: Path
    vault: Vault = field(default_factory=Vault)
    stop: str = ""

    def work(self) -> StepWork:
        runner = ShimRunner(self.folder / "steps")
        runner.renew(60)
        place = LocalWorkplace(self.folder / "work", "w1")
        self.runners.append(runner)
        processes = Processes(runner, place)
        store, hidden = self.world.store.runs, Hiding(place, hiding)
        return StepWork(processes, place, runner, store, self.vault, hidden)

    runners: list[ShimRunner] = field(default_factory=list)

    def run(self, *steps: Step, inputs: Any = None, **more: Any) -> str:
        self.world.flow = replace(
            self.world.flow, jobs=(job("j", steps=steps, **more),)
        )
        run = self.world.start(**(inputs or {}))
        self.go_on()
        return run

    def go_on(self) -> None:
        segment, worker = self.world.segments.given[-1]
        keeper, work = self.world.keeper, self.work()
        JobRun(keeper, work, worker, "here", lambda _: self.stop).execute(segment)

    def printed(self, run: str, step: int = 0) -> str:
        return self.world.store.runs.printed(run, "j", step).decode()


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


def sh(text: str, name: str = "s", **more: Any) -> Step:
    return Step(id=name, place=HERE, run=text, **more)


def test_what_a_step_prints_is_kept(shop: Shop) -> None:
    run = shop.run(sh("echo hello; echo there >&2"))
    assert shop.world.view(run).state is State.SUCCEEDED
    assert shop.printed(run) == "hello\nthere\n"


def test_outputs_environment_and_path_reach_later_steps(shop: Shop) -> None:
    first = sh(
        'echo "answer=42" >> "$GITHUB_OUTPUT"; echo "COLOUR=blue" >> "$HOLDFAST_ENV"\n'
        'mkdir bin; printf "#!/bin/sh\\necho tool" > bin/tool; chmod +x bin/tool\n'
        'echo "$PWD/bin" >> "$GITHUB_PATH"; echo "## Done" >> "$GITHUB_STEP_SUMMARY"',
        "first",
    )
    second = sh(
        "echo ${{ steps.first.outputs.answer }} $COLOUR ${{ env.COLOUR }}; tool"
    )
    made = shop.run(
        first, second, outputs={"answer": "${{ steps.first.outputs.answer }}"}
    )
    assert shop.printed(made, 1) == "42 blue blue\ntool\n"
    view = shop.world.view(made).jobs["j"]
    assert view.outputs == {"answer": "42"}
    assert view.steps[0].body["summary"] == "## Done\n"


def test_a_summary_that_is_too_long_is_cut_and_the_log_says_so(shop: Shop) -> None:
    run = shop.run(
        sh('head -c 1048577 /dev/zero | tr "\\0" a > "$GITHUB_STEP_SUMMARY"')
    )
    view = shop.world.view(run).jobs["j"]
    assert view.steps[0].body["summary"] == "a" * 1048576
    assert "::warning::its summary is longer than 1 MiB" in shop.printed(run)


def test_what_started_a_run_reaches_the_environment_at_every_level(shop: Shop) -> None:
    here = "${{ event.order || 'none' }}"
    shop.world.flow = replace(shop.world.flow, env={"FLOW": here})
    run = shop.run(sh("echo $FLOW $JOB $STEP", env={"STEP": here}), env={"JOB": here})
    assert shop.printed(run) == "none none none\n"


def test_the_inner_variable_wins_and_sees_the_outer(shop: Shop) -> None:
    shop.world.flow = replace(shop.world.flow, env={"A": "flow", "B": "flow"})
    run = shop.run(
        sh("echo $A $B $C", env={"C": "${{ env.A }}!"}), env={"A": "job", "D": "1"}
    )
    assert shop.printed(run) == "job flow job!\n"


def test_the_shell_is_githubs(shop: Shop) -> None:
    failing = "false | true\necho on"
    run = shop.run(
        sh(failing, "a"),
        sh(failing, "b", shell="bash", continue_on_error=True),
        sh("import os; print(os.getcwd().split('/')[-1])", "c", shell="python3 {0}"),
        sh("pwd", "d", working_directory="sub"),
    )
    steps = shop.world.view(run).jobs["j"].steps
    assert [steps[n].outcome for n in range(3)] == ["success", "failure", "success"]
    assert "exit status 1" in steps[1].body["why"]
    assert shop.printed(run, 2) == "workspace\n"
    assert steps[3].outcome == "failure"
    assert "could not be started" in steps[3].body["why"]


def test_the_folder_around_the_workspace_is_the_jobs_own(shop: Shop) -> None:
    beside = "mkdir ${{ runner.workspace }}/build && cd $RUNNER_WORKSPACE/build && pwd"
    run = shop.run(
        sh(beside), sh("pwd", working_directory="${{ runner.workspace }}/build")
    )
    where = shop.printed(run).strip()
    assert where.endswith(f"{run}/j/build")
    assert shop.printed(run, 1).strip() == where
    assert not Path(where).exists(), "it is gone with its job"


def test_defaults_of_job_and_workflow_say_where_and_how(shop: Shop) -> None:
    shop.world.flow = replace(
        shop.world.flow, defaults=Defaults(shell="sh", working_directory="/")
    )
    run = shop.run(
        sh("pwd; echo $0"),
        defaults=Defaults(working_directory="${{ inputs.at }}"),
        inputs={"at": "/usr"},
    )
    assert shop.printed(run).startswith("/usr\n")
    assert shop.printed(run).endswith("script.sh\n")


def test_a_secret_reaches_a_step_and_nothing_that_is_kept(shop: Shop) -> None:
    shop.vault.known = {"TOKEN": "s3cr3t-v4lue", "OTHER": "not-asked-for"}
    run = shop.run(
        sh(
            "echo $T | rev; echo $T; echo ${{ secrets.TOKEN }}; echo ${{ secrets.NONE }}.",
            env={"T": "${{ secrets.TOKEN }}"},
        ),
        sh("echo ::add-mask::hide-me-too; echo hide-me-too"),
        sh("echo again hide-me-too and s3cr3t-v4lue"),
    )
    everything = shop.printed(run) + shop.printed(run, 1) + shop.printed(run, 2)
    assert "eul4v-t3rc3s" in everything, "the step had it"
    assert "s3cr3t-v4lue" not in everything
    assert "hide-me-too" not in everything
    assert "again" in everything
    entries = str([entry.body for entry in shop.world.store.ledger.of_run(run)])
    assert "s3cr3t" not in entries


def test_what_is_the_same_for_all_steps_is_looked_for_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    read: list[str] = []
    known = ShimRunner.known

    def note(self: ShimRunner, prefix: str = "") -> Any:
        looked.append(prefix)
        return known(self, prefix)

    def wanted(_flow: Any, job: Any, _steps: Any) -> set[str]:
        read.append(job.id)
        return set()

    monkeypatch.setattr(ShimRunner, "known", note)
    monkeypatch.setattr("holdfast.engine.steps.work.secrets_wanted", wanted)
    run = shop.run(sh("echo ::add-mask::hide-me-too"), sh(":"), sh("echo hide-me-too"))
    assert looked == [f"{run}/j", *(f"{run}/j/{index}" for index in range(3))]
    assert read == ["j"]
    assert shop.printed(run, 2) == "***\n"


def test_annotations_and_commands_are_read(shop: Shop) -> None:
    run = shop.run(
        sh(
            "echo '::error file=a.py,line=3::broken'; echo '::set-output name=x::1'\n"
            "echo ::stop-commands::abc; echo ::error::shown as it is; echo ::abc::",
            "a",
        ),
        sh("echo ${{ steps.a.outputs.x }}"),
    )
    step = shop.world.view(run).jobs["j"].steps[0]
    assert step.body["annotations"] == [
        {"level": "error", "text": "broken", "file": "a.py", "line": 3}
    ]
    assert shop.printed(run).splitlines() == [
        "::error file=a.py,line=3::broken",
        "::error::shown as it is",
    ]
    assert shop.printed(run, 1) == "1\n"


def test_a_failing_step_says_how_and_keeps_its_last_lines(shop: Shop) -> None:
    run = shop.run(sh("seq 100; exit 3"), sh("echo never", "later"))
    view = shop.world.view(run)
    assert view.state is State.FAILED
    step = view.jobs["j"].steps[0]
    assert step.body["why"] == "it ended with exit status 3"
    assert step.body["lines"][-1] == "100"
    assert len(step.body["lines"]) == 50
    assert view.jobs["j"].steps[1].outcome == "skipped"


def test_what_the_run_cannot_fill_in_is_a_failure_before_anything_happens(
    shop: Shop,
) -> None:
    run = shop.run(sh("touch made ${{ fromJSON('{') }}"))
    step = shop.world.view(run).jobs["j"].steps[0]
    assert step.outcome == "failure"
    assert step.body["why"].startswith("nothing was done")


def test_a_check_that_holds_spares_the_work(shop: Shop) -> None:
    run = shop.run(sh("echo worked", check="test -n yes"))
    step = shop.world.view(run).jobs["j"].steps[0]
    assert "its check holds already" in step.body["why"]
    assert shop.printed(run) == ""
    again = shop.run(sh("echo worked", check="exit 1"))
    assert shop.printed(again) == "worked\n"


def test_attempts_follow_each_other_in_one_log(shop: Shop) -> None:
    count = shop.folder / "count"
    text = f"echo x >> {count}; echo try $HOLDFAST_ATTEMPT; test $(wc -l < {count}) = 3"
    run = shop.run(sh(text, retry=Retry(attempts=3)))
    assert shop.world.view(run).state is State.SUCCEEDED
    assert shop.printed(run) == "try 1\ntry 2\ntry 3\n"


def test_a_step_whose_time_is_over_is_ended(shop: Shop) -> None:
    run = shop.run(sh("sleep 60", timeout_minutes=0.005))
    assert "its time was over" in shop.world.view(run).jobs["j"].steps[0].body["why"]


def test_a_cancelled_step_is_confirmed_dead(shop: Shop) -> None:
    def cancel() -> None:
        shop.stop = "ann cancelled it"

    Timer(0.3, cancel).start()
    run = shop.run(sh("sleep 60"))
    view = shop.world.view(run).jobs["j"]
    assert view.state is State.CANCELLED
    assert view.steps[0].body["why"].endswith("every process of it has ended")


def test_a_step_that_tidies_up_after_a_cancel_is_let_to_its_end(shop: Shop) -> None:
    shop.stop = "ann cancelled it"
    tidy = sh("sleep 0.3; echo tidied", "tidy", condition="always()")
    shop.world.flow = replace(
        shop.world.flow, jobs=(job("j", steps=(sh("echo no", "no"), tidy)),)
    )
    run = shop.world.start()
    shop.go_on()
    assert shop.printed(run, 1) == "tidied\n"
    assert shop.world.view(run).jobs["j"].state is State.CANCELLED


def test_a_killed_worker_finds_its_step_again_and_no_line_is_lost(shop: Shop) -> None:
    lines = "for n in 1 2 3 4 5 6; do echo line $n; sleep 0.1; done"
    text = f"{lines}; echo x=1 >> $GITHUB_OUTPUT"
    shop.world.flow = replace(
        shop.world.flow,
        jobs=(job("j", steps=(sh(text, "a"), sh("echo ${{ steps.a.outputs.x }}"))),),
    )
    run = shop.world.start()
    segment, worker = shop.world.segments.given[-1]
    work = shop.work()
    calls = iter(range(100))

    def dies() -> str:
        if next(calls) > 5:
            raise KeyboardInterrupt
        return ""

    with pytest.raises(KeyboardInterrupt):
        JobRun(shop.world.keeper, work, worker, "here", lambda _: dies()).execute(
            segment
        )
    shop.world.hand_over(run, "j")
    shop.go_on()
    assert shop.world.view(run).state is State.SUCCEEDED
    assert shop.printed(run) == "".join(f"line {n}\n" for n in range(1, 7))
    assert shop.printed(run, 1) == "1\n"


def test_a_step_killed_with_its_keeper_is_in_doubt(shop: Shop) -> None:
    run = shop.run(sh("echo made; sleep 0.3; kill -9 $PPID; sleep 60"))
    view = shop.world.view(run).jobs["j"]
    assert view.steps[0].state is State.IN_DOUBT
    assert view.steps[0].body["lines"] == ["made"]
    with shop.world.store.runs.begin() as transaction:
        assert transaction.jobs() == ()


def test_the_check_of_a_step_that_was_killed_decides(shop: Shop) -> None:
    text = "touch made; kill -9 $PPID; sleep 60"
    run = shop.run(sh(text, check="test -e made"))
    view = shop.world.view(run)
    assert view.state is State.SUCCEEDED
    assert "its check says it was made" in view.jobs["j"].steps[0].body["why"]


@pytest.mark.parametrize(
    ("kills", "state"), [(1, State.SUCCEEDED), (2, State.SUCCEEDED), (3, State.FAILED)]
)
def test_an_idempotent_step_that_was_killed_begins_again_but_not_for_ever(
    shop: Shop, kills: int, state: State
) -> None:
    text = f"echo x >> n; test $(wc -l < n) -gt {kills} || kill -9 $PPID; sleep 0.2"
    run = shop.run(sh(text, idempotent=True))
    view = shop.world.view(run)
    assert view.state is state
    assert view.jobs["j"].steps[0].attempt == min(kills + 1, 3)


def test_nothing_of_a_job_stays_on_the_disk(shop: Shop) -> None:
    run = shop.run(sh("echo data > file"))
    assert shop.world.view(run).state is State.SUCCEEDED
    assert list(shop.work().runner.known()) == []
    assert not (shop.folder / "work" / run).exists()
