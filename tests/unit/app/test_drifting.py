"""Drift is written down when it is news."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import Application
from holdfast.app.drifting import note_drift
from holdfast.model import Event
from promises.world import world


@pytest.fixture
def app() -> Iterator[Application]:
    resources = [{"file": "a", "content": "1"}, {"file": "b", "content": "1"}]
    with world(resources) as (opened, _):
        proposal = opened.propose(())
        opened.carry_out(proposal, opened.judge(proposal, ask=False, why=""))
        yield opened


def _look(app: Application) -> list[int]:
    """Look once; how many things had drifted, by each entry there is."""
    note_drift(app, app.drift(())[0])
    entries = app.store.ledger.of_event(Event.DRIFT_FOUND)
    return [int(str(entry.body["count"])) for entry in entries]


def test_the_same_drift_is_one_entry_and_its_end_another(app: Application) -> None:
    host: Any = app.engine.eyes.hosts["h0"]
    root: Path = host.root
    assert _look(app) == []
    (root / "a").write_text("somebody's")
    assert _look(app) == [1]
    assert _look(app) == [1]
    (root / "b").write_text("somebody's")
    assert _look(app) == [1, 2]
    for name in ("a", "b"):
        (root / name).write_text("1")
    assert _look(app) == [1, 2, 0]
    assert _look(app) == [1, 2, 0]
