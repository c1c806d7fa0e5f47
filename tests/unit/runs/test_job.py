from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from examples import examples
from holdfast.declare import Retry, Strategy
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.runs.segment import Segment
from holdfast.model import Event, State
from holdfast.problems import HoldfastError, Problem
from unit.runs.world import Killed, ScriptedWork, World, job, step


def of(world: World, *steps: object, **more: object) -> str:
    world.flow = replace(
        world.flow,
        jobs=(job("build", steps=steps, **more),),
    )
    world.worker("w1")
    return world.start()


def test_steps_run_in_order_and_see_what_earlier_ones_left(world: World) -> None:
    world.work.ends = {"a": [StepEnd("success", outputs={"n": "7"}, env={"X": "1"})]}
    run = of(
        world,
        step("a"),
        step("b", condition="steps.a.outputs.n == 7"),
        outputs={"n": "${{ steps.a.outputs.n }}"},
    )
    world.execute()
    assert world.work.done == ["a", "b"]
    assert world.work.seen[1].contexts["env"] == {"X": "1"}
    assert world.view(run).jobs["build"].outputs == {"n": "7"}
    assert world.view(run).state is State.SUCCEEDED
    assert world.work.left == ["r1/build"]


def test_after_a_failure_only_steps_run_that_ask_for_it(world: World) -> None:
    world.work.ends = {"a": [StepEnd("failure", "exit status 1")]}
    run = of(
        world,
        step("a"),
        step("b"),
        step("c", condition="failure()"),
        step("d", condition="always()"),
    )
    world.execute()
    assert world.work.done == ["a", "c", "d"]
    seen = world.view(run)
    assert seen.state is State.FAILED
    assert seen.jobs["build"].steps[1].outcome == "skipped"


def test_a_forgiven_step_failed_but_counts_as_success(world: World) -> None:
    world.work.ends = {"a": [StepEnd("failure")]}
    run = of(world, step("a", continue_on_error=True), step("b"))
    world.execute()
    first = world.view(run).jobs["build"].steps[0]
    assert (first.outcome, first.conclusion) == ("failure", "success")
    assert world.view(run).state is State.SUCCEEDED


def test_a_step_is_tried_again_as_often_as_it_says(world: World) -> None:
    world.work.ends = {
        "a": [StepEnd("failure"), StepEnd("failure"), StepEnd("success")]
    }
    run = of(world, step("a", retry=Retry(attempts=3, delay=2, backoff=3.0)))
    world.execute()
    assert [at.attempt for at in world.work.seen] == [1, 2, 3]
    assert world.keeper.clock.slept == [1.0] * (2 + 6)  # type: ignore[attr-defined]
    assert world.view(run).jobs["build"].steps[0].attempt == 3
    assert world.view(run).state is State.SUCCEEDED


def test_a_segment_that_is_not_the_newest_does_nothing(world: World) -> None:
    run = of(world, step("a"))
    world.hand_over(run, "build")
    world.execute(0)
    assert world.work.done == []
    world.execute(1)
    world.execute(1)
    assert world.work.done == ["a"]


def test_who_was_taken_over_in_the_middle_writes_nothing_more(world: World) -> None:
    run = of(world, step("a"), step("b"))
    work = world.work

    class Slow(ScriptedWork):
        def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
            world.hand_over(run, "build")
            return super().perform(at, stopping)

    world.work = Slow()
    world.execute()
    assert world.work.done == ["a"]
    world.work = work
    work.known = {"a": StepEnd("success")}
    world.execute()
    assert work.done == ["b"]
    assert world.view(run).state is State.SUCCEEDED


def test_a_step_nobody_knows_about_is_asked_about_and_never_repeated(
    world: World,
) -> None:
    run = of(world, step("a"), step("b"))
    world.work.kill_in = "a"
    with pytest.raises(Killed):
        world.execute()
    world.hand_over(run, "build")
    world.execute()
    seen = world.view(run)
    assert seen.state is State.IN_DOUBT
    assert seen.jobs["build"].steps[0].body["lines"] == ["last words"]
    assert world.work.done == ["a"]
    world.keeper.answer(run, "build", "made", "ann")
    world.execute()
    assert world.work.done == ["a", "b"]
    assert world.view(run).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("answer", "done", "state"),
    [
        ("not-made", ["a", "a", "b"], State.SUCCEEDED),
        ("failed", ["a"], State.FAILED),
    ],
)
def test_a_person_says_what_became_of_it(
    world: World, answer: str, done: list[str], state: State
) -> None:
    run = of(world, step("a"), step("b"))
    world.work.kill_in = "a"
    with pytest.raises(Killed):
        world.execute()
    world.hand_over(run, "build")
    world.execute()
    world.keeper.answer(run, "build", answer, "ann")
    world.execute()
    assert world.work.done == done
    assert world.view(run).state is state


def test_a_step_that_may_be_repeated_is(world: World) -> None:
    run = of(world, step("a", idempotent=True))
    world.work.kill_in = "a"
    with pytest.raises(Killed):
        world.execute()
    world.hand_over(run, "build")
    world.execute()
    assert world.work.done == ["a", "a"]
    assert world.view(run).state is State.SUCCEEDED


def test_a_job_that_is_to_end_skips_its_steps_and_is_cancelled(world: World) -> None:
    run = of(world, step("a"), step("tidy", condition="always()"))
    world.stop = "ann cancelled it"
    world.execute()
    assert world.work.done == ["tidy"]
    assert world.view(run).jobs["build"].state is State.CANCELLED


@examples(
    40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.sampled_from(["plain", "idempotent", "known"]), min_size=1, max_size=5),
    st.data(),
)
def test_kill_at_any_step_and_no_effect_is_lost_or_repeated_unasked(
    world: World, sorts: list[str], data: st.DataObject
) -> None:
    world.work, world.segments.given = ScriptedWork(), []
    names = [f"s{number}" for number in range(len(sorts))]
    world.work.kill_in = data.draw(st.sampled_from(names))
    killed = world.work.kill_in
    sort = sorts[names.index(killed)]
    if sort == "known":
        world.work.known = {killed: StepEnd("success")}
    steps = [
        step(name, idempotent=sort == "idempotent")
        for name, sort in zip(names, sorts, strict=True)
    ]
    run = of(world, *steps)
    with pytest.raises(Killed):
        world.execute()
    world.hand_over(run, "build")
    world.execute()
    if sort == "plain":
        assert world.view(run).state is State.IN_DOUBT
        world.keeper.answer(run, "build", "made", "ann")
        world.execute()
    assert world.view(run).state is State.SUCCEEDED
    expected = list(names)
    if sort == "idempotent":
        expected.insert(names.index(killed), killed)
    assert world.work.done == expected
    ends = [e for e in world.store.ledger.of_run(run) if e.event is Event.STEP_ENDED]
    assert len(ends) == len(names)


def test_a_step_that_waits_is_asked_again_when_its_worker_died_as_it_began(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = step("a", run=None, uses="holdfast/wait", with_={"for": "1h"})
    run = of(world, wait, step("b"))
    leave = Segment._leave

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(Segment, "_leave", killed)
    with pytest.raises(Killed):
        world.execute()
    monkeypatch.setattr(Segment, "_leave", leave)
    world.hand_over(run, "build")
    world.execute()
    assert world.view(run).jobs["build"].wait is not None
    assert world.work.done == []


def test_a_workflow_that_cannot_be_started_fails_the_step_with_the_reason(
    world: World,
) -> None:
    def find(_: str) -> None:
        raise HoldfastError(Problem("test.odd", "It cannot be read", "Line 3 is odd"))

    world.keeper.find = find
    call = step("a", run=None, uses="holdfast/workflow", with_={"workflow": "b"})
    run = of(world, call)
    world.execute()
    why = world.view(run).jobs["build"].steps[0].body["why"]
    assert why == "nothing was asked: It cannot be read. Line 3 is odd"
    assert world.view(run).state is State.FAILED


def test_a_step_that_tidies_up_after_a_cancel_is_given_time_for_it(
    world: World,
) -> None:
    told: list[str] = []

    class Patient(ScriptedWork):
        def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
            self.done.append(at.step.id)
            if at.step.id == "a":
                world.stop = "it was asked to end"
            told.append(stopping())
            world.keeper.clock.sleep(301)
            told.append(stopping())
            return StepEnd("cancelled" if at.step.id == "a" else "success")

    of(world, step("a"), step("b"), step("tidy", condition="always()"))
    world.work = Patient()
    world.execute()
    assert world.work.done == ["a", "tidy"]
    assert told == [world.stop, world.stop, "", world.stop]


def test_a_matrix_of_numbers_is_recorded_as_it_is_written(world: World) -> None:
    strategy = Strategy(matrix={"go": [1.19, "1.20.x", 2]})
    run = of(world, step("a"), strategy=strategy)
    for number in range(3):
        world.execute(number)
    assert [job.name for job in world.view(run).of("build")] == [
        "build (1.19)",
        "build (1.20.x)",
        "build (2)",
    ]
    seen = [at.contexts["matrix"]["go"] for at in world.work.seen]
    assert seen == [1.19, "1.20.x", 2]
    assert world.view(run).state is State.SUCCEEDED


def test_a_number_among_the_inputs_compares_as_one(world: World) -> None:
    world.flow = replace(
        world.flow,
        jobs=(job("build", steps=(step("a", condition="inputs.share > 0.5"),)),),
    )
    world.worker("w1")
    world.start(share=0.75)
    world.execute()
    assert world.work.done == ["a"]
