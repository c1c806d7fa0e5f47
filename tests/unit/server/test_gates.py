"""Breaking the glass and editing inputs over the API."""

from typing import Any

import pytest

from unit.server.test_api import Client, Desk, client, desk

__all__ = ["client", "desk"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the desk is asked, its answers as far as they matter here."""
    seen: list[tuple[Any, ...]] = []

    def again(_: Desk, *told: Any) -> str:
        seen.append(told)
        return "r2"

    monkeypatch.setattr(
        Desk, "break_glass", lambda _, *told: seen.append(told), raising=False
    )
    monkeypatch.setattr(Desk, "again", again, raising=False)
    return seen


def test_who_breaks_the_glass_is_who_the_token_is_of(
    client: Client, asked: list[tuple[Any, ...]]
) -> None:
    told = {"job": "ship", "why": "it burns", "actor": "root"}
    client.post("/api/1/runs/r1/break-glass", json=told)
    assert asked == [("r1", "ship", "it burns", "ann")]


def test_editing_answers_with_the_new_run(
    client: Client, asked: list[tuple[Any, ...]]
) -> None:
    answer = client.post("/api/1/runs/r1/again", json={"inputs": {"size": "2"}})
    assert answer.json()["run"] == "r2"
    assert asked == [("r1", {"size": "2"}, "ann")]
