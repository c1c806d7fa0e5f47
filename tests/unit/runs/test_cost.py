"""What a run costs, counted in statements and commits: no clock is asked."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.runs.request import Request
from holdfast.model import Attributes, Event, State
from unit.runs.world import NOON, Killed, ScriptedWork, World, job, step


@dataclass
class Counted:
    """Statements that were sent, and how often something was committed."""

    sent: list[str] = field(default_factory=list)
    commits: int = 0

    @property
    def asked_twice(self) -> list[str]:
        """What was read more than once with the same words and values."""
        reads = Counter(one for one in self.sent if one.startswith("SELECT"))
        return [one for one, times in reads.items() if times > 1]


@contextmanager
def counted(engine: Engine) -> Iterator[Counted]:
    """Everything that goes to the database meanwhile."""
    made = Counted()

    def send(
        _c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: Any
    ) -> None:
        made.sent.append(f"{' '.join(statement.split())} {values}")

    def commit(_connection: Any) -> None:
        made.commits += 1

    hooks: tuple[tuple[str, Callable[..., None]], ...] = (
        ("before_cursor_execute", send),
        ("commit", commit),
    )
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield made
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)


@dataclass
class Watching(ScriptedWork):
    """Notes how much was sent until each step was performed."""

    sent: Counted = field(default_factory=Counted)
    marks: list[int] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
        self.marks.append(len(self.sent.sent))
        self.commits.append(self.sent.commits)
        return super().perform(at, stopping)


@pytest.fixture
def many(world: World) -> World:
    """A workflow of one job with many steps, and a worker."""
    steps = tuple(step(f"s{number}") for number in range(12))
    world.flow = replace(world.flow, jobs=(job("build", steps=steps),))
    world.worker("w1")
    return world


def test_between_two_steps_there_are_four_statements_and_one_commit(
    many: World,
) -> None:
    many.start()
    segment, name = many.segments.given[-1]
    with counted(many.store.engine) as sent:
        work = Watching(sent=sent)
        JobRun(many.keeper, work, name, "here").execute(segment)
    between = [b - a for a, b in zip(work.marks, work.marks[1:], strict=False)]
    commits = [b - a for a, b in zip(work.commits, work.commits[1:], strict=False)]
    assert between == [4] * 11
    assert commits == [1] * 11


def test_a_run_of_one_job_is_two_commits_and_one_a_step(
    many: World,
) -> None:
    with counted(many.store.engine) as sent:
        run = many.start()
        segment, name = many.segments.given[-1]
        JobRun(many.keeper, ScriptedWork(), name, "here").execute(segment)
    assert many.view(run).state is State.SUCCEEDED
    assert sent.commits == 1 + 12 + 1


def test_to_accept_a_run_nothing_is_asked_twice_and_little_is_said(many: World) -> None:
    many.start()
    with counted(many.store.engine) as sent:
        many.start()
    assert sent.asked_twice == []
    assert len(sent.sent) <= 10


def test_the_end_of_a_job_asks_nothing_twice(many: World) -> None:
    run = many.start()
    with counted(many.store.engine) as sent:
        many.end(run, "build")
    assert many.view(run).state is State.SUCCEEDED
    assert sent.asked_twice == []
    assert len(sent.sent) <= 12


def test_who_gives_jobs_out_reads_no_more_of_them_than_fit(many: World) -> None:
    for _ in range(80):
        many.start()
    with counted(many.store.engine) as sent:
        many.end("r1", "build")
    waiting = [one for one in sent.sent if "FROM jobs WHERE jobs.worker =" in one]
    assert len(waiting) == 1
    assert len(many.segments.given) == 3


def test_all_that_waits_is_looked_through_when_nobody_can_take_the_first(
    many: World,
) -> None:
    labels = ("gpu",)
    many.flow = replace(many.flow, jobs=(job("build", runs_on=labels[0]),))
    for _ in range(70):
        many.start()
    many.flow = replace(many.flow, jobs=(job("build"),))
    last = many.start()
    assert [segment for segment, _ in many.segments.given] == [f"{last}/build/1"]


def test_who_looks_waits_for_nobody_and_sees_one_moment(many: World) -> None:
    run = many.start()
    with many.store.runs.begin() as writer, many.store.runs.looking() as reader:
        writer.append([many.keeper.entry(Event.CANCEL_ASKED, run, {"why": "x"})])
        assert len(reader.entries(run)) == 1
    with many.store.runs.looking() as reader:
        assert len(reader.entries(run)) == 2


def test_a_worker_hears_of_its_job_when_it_is_on_disk_and_not_when_it_never_will_be(
    many: World,
) -> None:
    def fail() -> None:
        with many.store.runs.begin() as transaction:
            many.keeper.accept_in(transaction, Request(many.flow, {}, {}), "ann")
            assert many.segments.given == []
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert many.segments.given == []
    run = many.start()
    assert many.segments.given == [(f"{run}/build/1", "w1")]


def test_what_a_transaction_wrote_it_knows_as_others_read_it(many: World) -> None:
    run = many.start()
    body: Attributes = {"job": "build", "path": ("b", "a"), "outputs": {"n": 1}}
    with many.store.runs.begin() as transaction:
        before = transaction.entries(run)
        transaction.append([many.keeper.entry(Event.CANCEL_ASKED, run, body)])
        known = transaction.entries(run)
    assert len(known) == len(before) + 1
    assert known == many.store.ledger.of_run(run)


def test_a_job_that_begins_says_so_in_one_statement_and_leaves_other_moments(
    many: World,
) -> None:
    run, later = many.start(), NOON + timedelta(hours=2)
    with many.store.runs.begin() as transaction:
        row = transaction.run(run)
        assert row is not None
        transaction.save(replace(row, wake=later))
    segment, name = many.segments.given[-1]
    with counted(many.store.engine) as sent, suppress(Killed):
        work = Watching(sent=sent, kill_in="s0")
        JobRun(many.keeper, work, name, "here").execute(segment)
    with many.store.runs.looking() as transaction:
        row = transaction.run(run)
    assert row is not None
    assert (row.state, row.wake) == (State.RUNNING, later)
    assert work.marks == [3 + 5]


def test_a_look_of_one_statement_begins_no_transaction(many: World) -> None:
    run = many.start()
    with counted(many.store.engine) as sent:
        assert [row.run for row in many.store.runs.jobs_of("w1")] == [run]
        assert many.store.events.wakes() is None
    assert [one.split()[0] for one in sent.sent] == ["SELECT", "SELECT"]
