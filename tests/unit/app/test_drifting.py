"""Drift is written down when it is news, however it was looked for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import Application
from holdfast.app.drift.entries import looks_of, note_drift
from holdfast.engine.drift.events import Seen, changed
from holdfast.engine.drift.findings import Finding, State
from holdfast.model import Action, Address, Change, Event
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
    note_drift(app, looks_of(app.project, app.drift(())[0]), "ann")
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
    entries = app.store.ledger.of_event(Event.DRIFT_FOUND)
    assert {entry.actor for entry in entries} == {"ann"}
    events = reversed(app.store.events.events("drift"))
    assert [one.action for one in events] == ["found", "found", "resolved"]
    assert all(
        one.delivery == entry.name
        for one, entry in zip(
            reversed(app.store.events.events("drift")), entries, strict=True
        )
    )


# --- pure ----------------------------------------------------------------------------


def _seen(*names: str, unknown: tuple[str, ...] = (), now: str = "x") -> Seen:
    drifted = tuple(_finding(name, now) for name in names)
    return Seen("web", "production", "team-shop", drifted, unknown)


def _finding(name: str, now: str) -> Finding:
    host, _, path = name.partition("/")
    address = Address("production", host, "file", f"/{path}")
    change = Change(address, Action.UPDATE, {"content": now}, {"content": "1"})
    return Finding(address, State.DRIFTED, {"content": (now, "1", "1")}, change)


def _names(body: Mapping[str, Any] | None) -> list[str]:
    assert body is not None
    return [one["address"].removeprefix("production/") for one in body["things"]]


def test_what_could_not_be_looked_at_is_not_over() -> None:
    before = changed(None, _seen("web-1/a", "web-2/b"))
    assert changed(before, _seen("web-1/a", unknown=("web-2",))) is None
    assert changed(before, _seen(unknown=("web-1", "web-2"))) is None
    one = changed(before, _seen("web-1/a", "web-1/c", unknown=("web-2",)))
    assert _names(one) == ["web-1/file:/a", "web-1/file:/c", "web-2/file:/b"]
    fixed = changed(before, _seen(unknown=("web-2",)))
    assert _names(fixed) == ["web-2/file:/b"]
    assert changed(fixed, _seen("web-2/b")) is None


def test_what_differs_in_another_way_is_news_and_no_value_is_told() -> None:
    before = changed(None, _seen("web-1/a", now="hunter2"))
    assert changed(before, _seen("web-1/a", now="hunter2")) is None
    other = changed(before, _seen("web-1/a", now="hunter3"))
    assert _names(other) == ["web-1/file:/a"]
    assert "hunter" not in str((before, other))


def test_what_cannot_be_selected_is_not_told_as_something_to_select() -> None:
    body = changed(None, _seen("web-1/two words", "web-1/a"))
    assert body is not None
    assert body["inputs"] == {"things": "web-1/file:/a"}
    spaced = changed(None, _seen("web-1/two words"))
    assert spaced is not None
    assert spaced["inputs"] == {}
