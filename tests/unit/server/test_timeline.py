"""Bars of a run's jobs and steps, from a sheet that is written here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from holdfast.model import JobView, RunView, Sort, Span, State, StepView
from holdfast.ports import JobSheet, RunRow, RunSheet, StepSheet
from holdfast.server.pages.graph import picture
from holdfast.server.pages.spans import every_span, spoken, table
from holdfast.server.pages.timeline import THIN, counted, pressing, timeline

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float) -> str:
    """As the ledger writes it."""
    return (NOON + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def span(
    job: str, sort: Sort, since: float, until: float | None, **more: object
) -> Span:
    end = "" if until is None else at(until)
    return replace(Span(job, sort, at(since), end, state=State.SUCCEEDED), **more)  # type: ignore[arg-type]


def sheet(
    spans: list[Span], jobs: dict[str, tuple[str, ...]], **more: object
) -> RunSheet:
    """A run that is looked at after a minute; each job ends with its last stretch."""
    ended = {one.job: one.until for one in spans}
    views = {
        key: JobView(
            key,
            State.SUCCEEDED if end else State.RUNNING,
            ended=end,
            total=sum(1 for other in ended if other.partition(".")[0] == key[:1]),
            steps={
                one.step: StepView(one.step, one.attempt, one.state)
                for one in spans
                if one.job == key and one.step >= 0
            },
        )
        for key, end in ended.items()
    }
    sheets = tuple(
        JobSheet(name, name, needs, (StepSheet("x", "first"), StepSheet("y", "second")))
        for name, needs in jobs.items()
    )
    row = RunRow("r1", "flow", "flow", State.RUNNING, "ann", NOON)
    made = RunSheet(row, RunView("r1", jobs=views), 1, sheets, spans=tuple(spans))
    return replace(made, seen=NOON + timedelta(minutes=1), **more)  # type: ignore[arg-type]


def test_a_bar_is_where_its_seconds_are() -> None:
    spans = [span("a", Sort.WORK, 0, 30, step=0), span("a", Sort.WORK, 30, 60, step=1)]
    (lane,) = timeline(sheet(spans, {"a": ()})).lanes
    assert [(bar.x, bar.width) for bar in lane.bars] == [(0, 50), (50, 50)]
    assert [part.label for part in lane.parts] == ["first", "second"]
    assert (lane.worked, lane.waited) == (60, 0)
    assert lane.bars[0].text == "a, first: worked for 30s, succeeded"


def test_what_goes_on_lasts_until_now() -> None:
    (lane,) = timeline(
        sheet([span("a", Sort.WORK, 15, None, step=0, state=State.RUNNING)], {"a": ()})
    ).lanes
    queued, works = lane.bars
    assert (queued.sort, works.sort) == (Sort.QUEUE, Sort.WORK)
    assert works.x + works.width == 100
    assert lane.worked == 45
    assert works.text.endswith("for 45s, and goes on")


def test_a_job_is_queued_from_when_all_it_needs_has_ended() -> None:
    spans = [
        span("a", Sort.WORK, 0, 10),
        span("b", Sort.WORK, 0, 20),
        span("c", Sort.WORK, 25, 30),
    ]
    every = every_span(sheet(spans, {"a": (), "b": (), "c": ("a", "b")}))
    queues = [(one.job, one.until) for one in every if one.sort is Sort.QUEUE]
    assert queues == [("c", at(25))]
    (queued,) = [one for one in every if one.sort is Sort.QUEUE]
    assert datetime.fromisoformat(queued.since) == NOON + timedelta(seconds=20)


def test_what_cannot_begin_yet_has_no_time_and_what_can_waits_until_now() -> None:
    spans = [span("a", Sort.WORK, 0, None, state=State.RUNNING)]
    assert [one.job for one in every_span(sheet(spans, {"a": (), "b": ("a",)}))] == [
        "a"
    ]
    spans = [span("a", Sort.WORK, 0, 10)]
    queued = every_span(sheet(spans, {"a": (), "b": ("a",)}))[-1]
    assert (queued.job, queued.sort, queued.until) == ("b", Sort.QUEUE, "")


def test_a_gate_a_moment_and_a_doubt_are_told_from_work() -> None:
    sorts = [Sort.WORK, Sort.GATE, Sort.QUEUE, Sort.WAIT, Sort.DOUBT]
    spans = [span("a", sort, n, n + 1) for n, sort in enumerate(sorts)]
    made = timeline(sheet(spans, {"a": ()}))
    assert set(made.sorts) == set(sorts)
    (lane,) = made.lanes
    assert [bar.sort for bar in lane.bars] == sorts
    assert (lane.worked, lane.waited) == (1, 4)


def test_attempts_are_counted_and_told() -> None:
    spans = [
        span("a", Sort.WORK, 0, 5, step=0, state=State.FAILED),
        span("a", Sort.WORK, 5, 9, step=0, attempt=2),
        span("a", Sort.WORK, 9, 10, step=1),
    ]
    (lane,) = timeline(sheet(spans, {"a": ()})).lanes
    assert [part.attempts for part in lane.parts] == [2, 1]
    assert "attempt 2" in lane.parts[0].bars[1].text
    assert lane.parts[0].bars[0].state is State.FAILED


def test_the_shortest_step_is_still_seen_and_stays_in_the_picture() -> None:
    spans = [span("a", Sort.WORK, 0, 59.999), span("a", Sort.WORK, 59.999, 60, step=1)]
    (lane,) = timeline(sheet(spans, {"a": ()})).lanes
    last = lane.bars[-1]
    assert last.width == THIN
    assert last.x + last.width <= 100


def test_a_matrix_is_one_row_with_its_jobs_below() -> None:
    spans = [span(f"m.{n}", Sort.WORK, n, n + 1, step=0) for n in range(60)]
    (lane,) = timeline(sheet(spans, {"m": ()})).lanes
    assert (lane.label, lane.note, len(lane.parts)) == ("m x 60", "60 succeeded", 60)
    works = [bar for bar in lane.bars if bar.sort is Sort.WORK]
    assert [(bar.x, bar.width) for bar in works] == [(0, 100)]
    assert works[0].text == "60 jobs: worked for 1m"
    boxes = picture(sheet(spans, {"m": ()})).boxes
    assert [(box.label, box.note) for box in boxes] == [("m x 60", "60 succeeded")]
    few = picture(sheet(spans[:4], {"m": ()})).boxes
    assert [box.key for box in few] == ["m.0", "m.1", "m.2", "m.3"]


def test_a_clock_that_is_behind_makes_no_negative_bar() -> None:
    spans = [span("a", Sort.WORK, 5, 4), span("b", Sort.WORK, -3, -1)]
    made = timeline(sheet(spans, {"a": (), "b": ()}))
    bars = [bar for lane in made.lanes for bar in lane.bars]
    assert all(bar.x >= 0 and bar.width >= THIN for bar in bars)


def test_the_table_says_the_same() -> None:
    spans = [span("a", Sort.WORK, 0, 2, step=1), span("a", Sort.RUN, 2, 9, child="r7")]
    rows = table(sheet(spans, {"a": ()}))
    assert [(row.step, row.what, row.seconds) for row in rows] == [
        ("second", "worked", 2),
        ("", "waited for another run r7", 7),
    ]


def test_several_are_told_by_the_most_pressing_of_them() -> None:
    assert pressing([State.SUCCEEDED, State.IN_DOUBT, State.FAILED]) is State.IN_DOUBT
    assert pressing([State.SUCCEEDED, State.RUNNING]) is State.RUNNING
    assert pressing(State) is State.IN_DOUBT
    assert counted([State.FAILED, State.SUCCEEDED, State.SUCCEEDED]) == (
        "2 succeeded, 1 failed"
    )


def test_lengths_are_said_shortly() -> None:
    said = [spoken(n) for n in (0, 0.04, 9.96, 12.4, 60, 65, 3600, 11_520, 190_000)]
    assert said == ["0s", "0.0s", "10.0s", "12s", "1m", "1m05s", "1h", "3h12m", "2d04h"]
