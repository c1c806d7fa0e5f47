"""Automation that sets itself off is found by what caused what."""

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.engine.triggers import Effect, Link, chain_of, likely_cause, loop
from holdfast.model import Occurrence

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def runs(*workflows: str) -> list[Link]:
    return [Link(f"r{len(workflows) - n}", name) for n, name in enumerate(workflows)]


def test_the_chain_is_followed_back() -> None:
    causes = {"e3": Link("r2", "b"), "e2": Link("r1", "a")}
    started_by = {"r2": "e2", "r1": "e1"}
    assert [link.run for link in chain_of("e3", causes, started_by)] == ["r2", "r1"]
    assert chain_of("e1", causes, started_by) == ()


def test_a_chain_that_bites_its_tail_ends() -> None:
    causes = {"e1": Link("r1", "a"), "e2": Link("r2", "b")}
    chain = chain_of("e1", causes, {"r1": "e2", "r2": "e1"})
    assert [link.run for link in chain] == ["r1", "r2", "r1"]
    found = loop("c", chain)
    assert found is not None
    assert found.reason == "a run leads back to itself"


@pytest.mark.parametrize(
    ("workflow", "chain", "reason"),
    [
        ("a", runs(), None),
        ("a", runs("b"), None),
        ("a", runs("a"), "it sets itself off: a (r1) -> a"),
        ("a", runs("b", "a"), "it sets itself off: a (r1) -> b (r2) -> a"),
        ("a", [Link("r1", "a", certain=False)], None),
        (
            "a",
            [Link("r2", "b", certain=False), Link("r1", "a", certain=False)],
            "it sets itself off: a (r1) -> b (r2) -> a",
        ),
        ("x", runs(*"abcdefgh"), None),
        ("x", runs(*"abcdefghi"), "9 runs have set each other off, 8 may"),
    ],
)
def test_who_is_in_its_own_chain_is_a_loop(
    workflow: str, chain: list[Link], reason: str | None
) -> None:
    found = loop(workflow, chain)
    assert (found.reason if found else None) == reason


def alert(minutes: float, host: str = "web-1") -> Occurrence:
    data = {"labels": {"instance": f"{host}:9100"}}
    at = NOW + timedelta(minutes=minutes)
    return Occurrence("e", "alertmanager", "alert", at, "d", data=data)


@pytest.mark.parametrize(
    ("occurrence", "run"),
    [
        (alert(0), "r1"),
        (alert(3), "r2"),
        (alert(9.9), "r2"),
        (alert(13), None),
        (alert(-1), None),
        (alert(1, "web-2"), None),
    ],
)
def test_the_last_change_to_a_target_is_the_likely_cause(
    occurrence: Occurrence, run: str | None
) -> None:
    effects = [
        Effect("r2", "b", "web-1", NOW + timedelta(minutes=2)),
        Effect("r1", "a", "web-1", NOW),
        Effect("r3", "c", "db-1", NOW),
    ]
    found = likely_cause(occurrence, effects)
    assert (found.run if found else None) == run
    assert found is None or not found.certain
