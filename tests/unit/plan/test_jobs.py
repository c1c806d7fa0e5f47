from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from holdfast.declare import Job, Strategy, Workflow
from holdfast.model import JobView, RunView, State
from holdfast.plan import Begin, Drop, Finish, Hold, Move, Stop, next_moves
from holdfast.problems import Place

HERE = Place("w.yaml", 1, 1)
NOTHING: Mapping[str, Any] = {"github": {}, "inputs": {}, "vars": {}}


def job(name: str, *needs: str, **more: Any) -> Job:
    return Job(id=name, place=HERE, needs=needs, **more)


def flow(*jobs: Job) -> Workflow:
    return Workflow(file="w.yaml", name="w", jobs=jobs)


def view(cancelled: str = "", **jobs: State) -> RunView:
    views = {name: JobView(name, state) for name, state in jobs.items()}
    return RunView("r1", jobs=views, cancelled=cancelled)


def shown(moves: tuple[Move, ...]) -> list[str]:
    words = []
    for move in moves:
        match move:
            case Begin(one):
                words.append(f"begin {one.key}")
            case Hold(key) | Drop(key) | Stop(key):
                words.append(f"{type(move).__name__.lower()} {key}")
            case Finish(state):
                words.append(f"finish {state.value}")
    return words


def test_a_job_waits_for_what_it_needs_and_says_so() -> None:
    moves = next_moves(flow(job("a"), job("b", "a")), view(), NOTHING)
    assert shown(moves) == ["begin a", "hold b"]
    assert moves[1] == Hold("b", "it needs a")


def test_a_failure_skips_what_rests_on_it_and_fails_the_run() -> None:
    made = flow(job("a"), job("b", "a"), job("c", "b", condition="failure()"))
    first = next_moves(made, view(a=State.FAILED), NOTHING)
    assert shown(first)[0] == "drop b"
    after = view(a=State.FAILED, b=State.SKIPPED)
    assert shown(next_moves(made, after, NOTHING)) == ["begin c"]
    done = view(a=State.FAILED, b=State.SKIPPED, c=State.SUCCEEDED)
    assert shown(next_moves(made, done, NOTHING)) == ["finish failed"]


def test_a_skipped_need_skips_too() -> None:
    made = flow(job("a"), job("b", "a"))
    assert shown(next_moves(made, view(a=State.SKIPPED), NOTHING)) == ["drop b"]


def test_a_cancelled_run_only_begins_what_always_runs() -> None:
    made = flow(job("a"), job("b", "a"), job("tidy", "a", condition="always()"))
    moves = next_moves(made, view("stop it", a=State.RUNNING), NOTHING)
    assert shown(moves) == ["stop a", "hold b", "hold tidy"]
    moves = next_moves(made, view("stop it", a=State.CANCELLED), NOTHING)
    assert shown(moves) == ["drop b", "begin tidy"]


def test_max_parallel_holds_the_rest_of_a_matrix() -> None:
    several = job("t", strategy=Strategy({"n": [1, 2, 3]}, max_parallel=2))
    moves = next_moves(flow(several), view(), NOTHING)
    assert shown(moves) == ["begin t.0", "begin t.1", "hold t.2"]
    moves = next_moves(flow(several), view(), NOTHING, {"t.0"})
    assert shown(moves) == ["begin t.1", "hold t.2"]


def test_fail_fast_stops_the_others_of_a_matrix() -> None:
    several = job("t", strategy=Strategy({"n": [1, 2, 3]}))
    seen = RunView(
        "r1",
        jobs={
            "t.0": JobView("t.0", State.FAILED, total=3),
            "t.1": JobView("t.1", State.RUNNING, total=3),
        },
    )
    assert shown(next_moves(flow(several), seen, NOTHING)) == ["stop t.1", "drop t.2"]
    slow = replace(several, strategy=replace(several.strategy, fail_fast=False))
    assert shown(next_moves(flow(slow), seen, NOTHING)) == ["begin t.2"]


def test_a_forgiven_failure_counts_as_success() -> None:
    made = flow(job("a"), job("b", "a"))
    seen = RunView("r1", jobs={"a": JobView("a", State.FAILED, forgiven=True)})
    assert shown(next_moves(made, seen, NOTHING)) == ["begin b"]


def test_a_condition_that_cannot_be_evaluated_fails_the_job() -> None:
    made = flow(job("a", condition="fromJSON('{')"))
    assert shown(next_moves(made, view(), NOTHING)) == ["drop a"]
    dropped = next_moves(made, view(), NOTHING)[0]
    assert isinstance(dropped, Drop)
    assert dropped.state is State.FAILED
    assert dropped.why.startswith("its `if:` cannot be worked out (w.yaml:1): fromJSON")


def test_a_matrix_that_cannot_be_worked_out_says_so_with_its_place() -> None:
    made = flow(job("a", strategy=Strategy("${{ fromJSON('') }}")))
    dropped = next_moves(made, view(), NOTHING)[0]
    assert isinstance(dropped, Drop)
    told = "its `strategy:` cannot be worked out (w.yaml:1): fromJSON"
    assert dropped.why.startswith(told)


@given(
    st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=7),
    st.lists(st.sampled_from([State.SUCCEEDED, State.FAILED]), min_size=7, max_size=7),
)
def test_every_run_comes_to_an_end_and_begins_no_job_twice(
    needs: list[set[int]], ends: list[State]
) -> None:
    jobs = [
        job(f"j{n}", *(f"j{above}" for above in sorted(needed) if above < n))
        for n, needed in enumerate(needs)
    ]
    made, seen, begun = flow(*jobs), view(), list[str]()
    for _ in range(2 * len(jobs) + 1):
        moves = next_moves(made, seen, NOTHING)
        assert moves, "nothing to do, and not finished"
        if isinstance(moves[0], Finish):
            break
        for move in moves:
            if isinstance(move, Begin):
                key = move.instance.key
                begun.append(key)
                state = ends[int(key[1:])]
            elif isinstance(move, Drop):
                key, state = move.key, move.state
            else:
                continue
            seen = replace(seen, jobs={**seen.jobs, key: JobView(key, state)})
    assert len(begun) == len(set(begun))
    assert all(one.state.is_end for one in seen.jobs.values())
    assert len(seen.jobs) == len(jobs)
