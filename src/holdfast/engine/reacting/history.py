"""The history of one key as plain values, and back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from holdfast.engine.triggers import Decision, History, Verb
from holdfast.model import Occurrence


def written(history: History) -> list[dict[str, Any]]:
    """A history as it is stored: occurrences by their ids, decisions in full."""
    return [
        {"event": item.id} if isinstance(item, Occurrence) else _decision(item)
        for item in history
    ]


def events_in(stored: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of the occurrences a stored history counts."""
    return [str(item["event"]) for item in stored if "event" in item]


def read(
    stored: Sequence[Mapping[str, Any]], occurrences: Sequence[Occurrence]
) -> list[Occurrence | Decision]:
    """A history as it was; ``occurrences`` are those it counts."""
    known = {one.id: one for one in occurrences}
    found: list[Occurrence | Decision] = []
    for item in stored:
        if "verb" in item:
            found.append(_read(item))
        elif item["event"] in known:
            found.append(known[item["event"]])
    return found


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "verb": decision.verb.value,
        "reason": decision.reason,
        "at": decision.at.isoformat(),
        "of": list(decision.of),
        "until": decision.until.isoformat() if decision.until else None,
    }


def _read(item: Mapping[str, Any]) -> Decision:
    until = item["until"]
    return Decision(
        Verb(item["verb"]),
        item["reason"],
        datetime.fromisoformat(item["at"]),
        tuple(item["of"]),
        datetime.fromisoformat(until) if until else None,
    )
