"""What holds a rule back is told wherever somebody asks why it did not start."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.app import open_application
from holdfast.app.application import Application
from holdfast.app.desks.held import held_back
from holdfast.app.desks.wording import why_event
from holdfast.declare import Storm
from holdfast.model import State
from holdfast.ports import DecisionRow, RunRow, StartRow
from unit.reacting.scene import alert, flow

FIX = flow("fix it", limits=Storm(within=3600, per="target", attempts=1))
CLOSE = "holdfast rule close 'fix it' web-1 --why TEXT"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    """A project with a rule that failed once on web-1, which is all it may."""
    text = "project: p\nowner: sre\nenvironments: {production: {}}\n"
    (tmp_path / "holdfast.yaml").write_text(text)
    made = open_application(tmp_path)
    made.project = replace(made.project, workflows=(FIX,))
    now = made.engine.clock.now()
    row = RunRow("r1", FIX.name, FIX.name, State.FAILED, "alerts", now, ended=now)
    with made.store.runs.begin() as runs:
        runs.save(row)
        start = StartRow("k", "r1", FIX.file, "s", now, "web-1", "e-1")
        made.store.events.within(runs).started(start)
    yield made
    made.close()


def test_an_open_breaker_is_named_with_who_can_close_it(app: Application) -> None:
    (line,) = held_back(app, FIX)
    assert line.startswith("its breaker is open on web-1 since 20")
    assert ", until 20" in line
    assert "1 attempts and no verify passed" in line
    assert line.endswith(CLOSE)


def test_why_an_event_started_nothing_says_who_can_change_that(
    app: Application,
) -> None:
    seen = alert(0)
    made = DecisionRow(
        FIX.file, "s", "start", "it fits", seen.at, outcome="stopped", target="web-1"
    )
    lines = list(why_event(seen, [made], [FIX], "", lambda f: held_back(app, f)))
    assert lines[1:2] == ["fix it: stopped, it fits"]
    assert CLOSE in lines[2]
    started = replace(made, outcome="started", run="r1")
    lines = list(why_event(seen, [started], [FIX], "", lambda f: held_back(app, f)))
    assert not any(CLOSE in line for line in lines)
