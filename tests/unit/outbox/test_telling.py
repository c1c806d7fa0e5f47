"""``holdfast/notify``: a step that tells a channel something, once."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.app import Application, open_application
from holdfast.app.runs.notify import told_by
from holdfast.declare import Workflow
from holdfast.engine.runs.job_state import StepEnd

PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
notify:
  channels: {ops: {driver: slack, url: slack_ops}}
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    (tmp_path / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    opened = open_application(tmp_path)
    yield opened
    opened.close()


def step(run: str = "r1", attempt: int = 1, **given: Any) -> Any:
    """As much of a setting as a message needs."""
    at = SimpleNamespace(
        run=run,
        job=SimpleNamespace(key="ship", name="ship"),
        index=3,
        attempt=attempt,
        inner="",
        flow=Workflow("workflows/ship.yaml", "ship", owner="team-shop"),
    )
    return SimpleNamespace(at=at, fills=lambda: {"to": "ops", "text": "done", **given})


def told(app: Application, setting: Any) -> StepEnd:
    end = told_by(app, setting)
    assert isinstance(end, StepEnd)
    return end


def titles(app: Application) -> list[str]:
    return [one.what for one in reversed(app.store.outbox.letters())]


def test_a_step_that_is_begun_again_after_a_kill_is_told_once(app: Application) -> None:
    for attempt in (1, 2, 3):
        assert told(app, step(attempt=attempt, title="Shipped")).outcome == "success"
    told(app, step("r2", title="Shipped again"))
    assert titles(app) == ["Shipped", "Shipped again"]


def test_what_has_the_same_dedup_is_told_once_until_it_is_over(
    app: Application,
) -> None:
    for run in ("r1", "r2"):
        told(app, step(run, title=f"{run}: disk is full", dedup="disk"))
    told(app, step("r3", title="disk is fine", dedup="disk", resolved="true"))
    told(app, step("r4", title="disk is fine", dedup="disk", resolved="true"))
    assert titles(app) == ["r1: disk is full", "disk is fine"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"to": "opps"}, "no channel is called opps"),
        ({"severity": "bad"}, "`severity` is one of critical"),
        ({"resolved": "true"}, "wants the `dedup`"),
    ],
)
def test_what_makes_no_sense_fails_and_tells_nobody(
    app: Application, given: dict[str, Any], why: str
) -> None:
    end = told(app, step(**given))
    assert end.outcome == "failure"
    assert why in end.why
    assert titles(app) == []
