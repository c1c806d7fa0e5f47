"""``alert``, ``event``, ``webhook``, ``run`` and ``drift``: the triggers that are ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.declare.project import OURS
from holdfast.engine.triggers.match import Match, all_of, any_of
from holdfast.engine.triggers.values import (
    NOTHING,
    at,
    compared,
    conditions,
    words,
)
from holdfast.model import Occurrence

Options = Mapping[str, Any]

CORRELATED = ("all", "any", "not_all")
"""The keys under which an ``event`` lists conditions that several events meet."""


def alert(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """Firing, unless ``types`` says else, its sender, and the labels."""
    types = words(options.get("types")) or ("firing",)
    yield compared("the status", types, occurrence.action or NOTHING)
    if sources := words(options.get("source")):
        yield compared("the source", sources, occurrence.source)
    yield from labels(options, occurrence)


def labels(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """What ``match`` wants of an alert's labels, whatever its status."""
    found = at(occurrence.data, "labels")
    yield from conditions(options.get("match"), found if found is not NOTHING else {})


def event(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """Type, source and values; of several conditions one is enough to count."""
    for key in CORRELATED:
        if key in options:
            parts = [condition(one, occurrence) for one in options[key]]
            yield any_of(f"one of the conditions of `{key}`", parts)
    yield from _plain(options, occurrence)


def condition(options: Options, occurrence: Occurrence) -> Match:
    """One of the conditions that several events are to meet."""
    return all_of("condition", _plain(options, occurrence))


def webhook(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """The endpoint it came to, its type and values."""
    yield compared("the endpoint", options.get("hook"), occurrence.source)
    if types := words(options.get("types")):
        yield compared("the type", types, occurrence.type)
    yield from conditions(options.get("match"), occurrence.data)


def run(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """The workflow whose run ended, and how it ended; only we can tell."""
    yield compared("the source", OURS, occurrence.source)
    if names := words(options.get("workflow")):
        seen = [at(occurrence.data, key) for key in ("workflow", "file")]
        told = [value for value in seen if value is not NOTHING]
        yield compared("the workflow", names, told or NOTHING)
    if states := words(options.get("states")):
        yield compared("the state", states, occurrence.action or NOTHING)
    yield from conditions(options.get("match"), occurrence.data)


def drift(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """Found, unless ``types`` says else, and where it is; only we can tell."""
    yield compared("the source", OURS, occurrence.source)
    types = words(options.get("types")) or ("found",)
    yield compared("the status", types, occurrence.action or NOTHING)
    yield from drifted(options, occurrence)


def drifted(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """Where it is: ``config``, ``environment``, ``host``, whatever its status."""
    for key in ("config", "environment", "host"):
        if key in options:
            yield compared(f"the {key}", options[key], at(occurrence.data, key))
    yield from conditions(options.get("match"), occurrence.data)


def _plain(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    for key in ("type", "source", "action", "subject"):
        if key in options:
            seen = getattr(occurrence, key)
            yield compared(f"the {key}", options[key], seen or NOTHING)
    yield from conditions(options.get("match"), occurrence.data)
