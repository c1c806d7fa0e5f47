"""What starts a workflow: its triggers and schedules."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Schedule, Trigger
from holdfast.load.workflows.builders.durations import seconds_at
from holdfast.load.workflows.builders.settings import listed
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Tree, items_of, pairs_of
from holdfast.problems import Place

_NO_TRIGGER = frozenset({"schedule", "workflow_dispatch", "workflow_call"})
"""Events that are not matched: a workflow has its schedules, inputs and call apart."""

_AS_WRITTEN = frozenset(
    {"match", "type", "source", "hook", "timeout", "all", "any", "not_all"}
)


def events_of(written: Any) -> dict[str, Any]:
    """Each event of ``on:`` with what was said about it, ``None`` for nothing."""
    if isinstance(written, str):
        return {written: None}
    if isinstance(written, list):
        return dict.fromkeys(written)
    return dict(written or {})


def build_triggers(
    events: Mapping[str, Any], tree: Tree | None, top: Place
) -> tuple[Trigger, ...]:
    """The events that are matched; those of a mere list stand at ``top``."""
    places = {key.text: key.place for key, _ in pairs_of(tree)}
    return tuple(
        Trigger(
            event=name,
            options=_options(name, written),
            place=places.get(name, top),
        )
        for name, written in events.items()
        if name not in _NO_TRIGGER
    )


def build_schedules(
    events: Mapping[str, Any], tree: Tree | None, faults: list[Fault]
) -> tuple[Schedule, ...]:
    """The schedules; ``tree`` is that of ``on:``."""
    written = events.get("schedule") or []
    items = items_of(tree.get("schedule") if isinstance(tree, Pairs) else None)
    return tuple(
        Schedule(
            cron=one["cron"],
            timezone=one.get("timezone") or "UTC",
            catch_up=one.get("catch_up") or "last",
            not_after=seconds_at("not_after", one.get("not_after"), item, faults),
            overlap=one.get("overlap") or "skip",
            place=item.place,
        )
        for one, item in zip(written, items, strict=False)
    )


def _options(event: str, written: Any) -> Mapping[str, Any]:
    """A trigger's keys, its lists as lists also when one word was written."""
    if isinstance(written, str):
        return {"hook": written} if event == "webhook" else {}
    return {
        key: value
        if key in _AS_WRITTEN or isinstance(value, Mapping)
        else list(listed(value))
        for key, value in (written or {}).items()
    }
