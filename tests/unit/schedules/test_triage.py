"""What becomes of missed runs, and of runs that meet the one before."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from holdfast.declare import Schedule
from holdfast.engine.schedules import GRACE, meet, run_key, triage

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MISSED = [NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR]


def verbs(schedule: Schedule, *, is_open: bool | None = None) -> list[str]:
    window = None if is_open is None else (lambda _: is_open)
    return [one.verb for one in triage(schedule, MISSED, NOW, window)]


# catch_up, window, not_after in hours: what becomes of runs 3, 2 and 1 hours ago.
TABLE: list[tuple[str, bool | None, float | None, list[str]]] = [
    ("skip", None, None, ["skip", "skip", "skip"]),
    ("skip", True, 9, ["skip", "skip", "skip"]),
    ("last", None, None, ["skip", "skip", "run"]),
    ("last", True, 1.5, ["skip", "skip", "run"]),
    ("last", None, 0.5, ["skip", "skip", "ask"]),
    ("last", False, None, ["skip", "skip", "skip"]),
    ("last", False, 0.5, ["skip", "skip", "skip"]),
    ("all", None, None, ["run", "run", "run"]),
    ("all", True, 2.5, ["skip", "run", "run"]),
    ("all", False, None, ["skip", "skip", "skip"]),
    ("ask", None, None, ["ask", "ask", "ask"]),
    ("ask", True, 1.5, ["skip", "skip", "ask"]),
    ("ask", False, None, ["skip", "skip", "skip"]),
]


@pytest.mark.parametrize(("catch_up", "is_open", "hours", "wanted"), TABLE)
def test_missed_runs_go_by_what_the_schedule_says(
    catch_up: Any, is_open: Any, hours: float | None, wanted: list[str]
) -> None:
    seconds = None if hours is None else int(hours * 3600)
    schedule = Schedule("0 * * * *", catch_up=catch_up, not_after=seconds)
    assert verbs(schedule, is_open=is_open) == wanted


@pytest.mark.parametrize(
    ("catch_up", "not_after"),
    list(product(["skip", "last", "all", "ask"], [None, 60, 86400])),
)
def test_nothing_missed_runs_outside_a_window(
    catch_up: Any, not_after: int | None
) -> None:
    schedule = Schedule("0 * * * *", catch_up=catch_up, not_after=not_after)
    assert "run" not in verbs(schedule, is_open=False)


@pytest.mark.parametrize("catch_up", ["skip", "last", "all", "ask"])
def test_what_is_on_time_runs(catch_up: Any) -> None:
    schedule = Schedule("0 * * * *", catch_up=catch_up, not_after=1)
    for late, wanted in ((0, True), (GRACE, True), (GRACE + 1, False)):
        (found,) = triage(schedule, [NOW - timedelta(seconds=late)], NOW)
        assert (found.reason == "on time") is wanted
        assert not wanted or found.verb == "run"


def test_every_answer_has_its_reason() -> None:
    first, *_, last = triage(Schedule("0 * * * *", not_after=1800), MISSED, NOW)
    assert first.reason == "missed 3h ago; a newer one stands for it"
    assert last.reason == "missed 1h ago; not_after is 30m"
    assert triage(Schedule("0 * * * *"), [], NOW) == ()


@pytest.mark.parametrize(
    ("policy", "running", "queued", "wanted"),
    [
        ("skip", [], [], "start"),
        ("skip", ["r1"], [], "skip"),
        ("queue", [], [], "start"),
        ("queue", ["r1"], [], "queue"),
        ("queue", ["r1"], ["r2"], "skip"),
        ("cancel-running", [], [], "start"),
        ("cancel-running", ["r1"], [], "cancel"),
        ("allow", ["r1", "r2"], [], "start"),
    ],
)
def test_runs_that_meet_go_by_their_overlap(
    policy: Any, running: list[str], queued: list[str], wanted: str
) -> None:
    found = meet(policy, running, queued)
    assert found.verb == wanted
    assert found.reason
    for name in running:
        assert policy == "allow" or queued or name in found.reason


def test_the_name_of_a_run_is_the_same_in_every_zone() -> None:
    elsewhere = NOW.astimezone(tz=None)
    assert run_key("w.yaml", 1, NOW) == "sched-w.yaml-1-2026-03-01T12:00:00Z"
    assert run_key("w.yaml", 1, elsewhere) == run_key("w.yaml", 1, NOW)
