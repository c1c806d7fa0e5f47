"""Drift as something that happens: found by looking again and again, told once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from holdfast.declare.project import OURS
from holdfast.engine.drift import Finding
from holdfast.model import Occurrence, canonical, digest, occurrence_id
from holdfast.ports import Clock, EventStore
from holdfast.problems import HoldfastError, Problem

_TYPE = "drift"
_LONGEST_LOOK = timedelta(minutes=15)
_MOST = 200
"""So many things are named in one event; how many there are is told besides."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found: what has drifted, and hosts that could not be looked at."""

    drifted: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """
    The hosts of one config in one environment, looked at every so many seconds.

    ``look`` may raise ``HoldfastError``.
    """

    config: str
    environment: str
    hosts: tuple[str, ...]
    every: int
    look: Callable[[], Seen]

    @property
    def name(self) -> str:
        """What its events are about."""
        return f"{self.config}/{self.environment}"


@dataclass(slots=True)
class Watcher:
    """
    Looks for drift and keeps what changed as events; one process at a time does.

    The same drift is one event, however long it lasts, and its end is one.
    """

    watched: tuple[Watched, ...]
    events: EventStore
    clock: Clock
    holder: str
    woken: Callable[[], None]

    def turn(self) -> None:
        """Look at everything whose time has come; raises ``HoldfastError`` at the end."""
        problems: list[Problem] = []
        for one in self.watched:
            try:
                self.tick(one)
            except HoldfastError as error:
                problems += error.problems
        if problems:
            raise HoldfastError(*problems)

    def tick(self, one: Watched) -> Occurrence | None:
        """
        Look when it is time; what is told is on disk when this returns.

        Raises ``HoldfastError`` when nothing could be looked at.
        """
        now, mark = self.clock.now(), f"drift/{one.name}"
        later = now + timedelta(seconds=one.every)
        with self.events.begin() as transaction:
            due = transaction.mark(mark)
            if due is not None and due > now:
                return None
            lease = max(later, now + _LONGEST_LOOK)
            if not transaction.lead(mark, self.holder, now, lease):
                return None
            transaction.set_mark(mark, later)
        seen = one.look()
        with self.events.begin() as transaction:
            before = transaction.newest(OURS, _TYPE, one.name)
            told = changed(one, before, seen, self.clock.now())
            kept = transaction.take([told] if told else [])
        if kept:
            self.woken()
        return next(iter(kept), None)


def changed(
    one: Watched, before: Occurrence | None, seen: Seen, now: datetime
) -> Occurrence | None:
    """
    What there is to tell after a look, given what was told last.

    Drift that lasts is told again only when something else has drifted. It is over when
    nothing is left of it and every host could be looked at.
    """
    lasting = before.data if before and before.action == "found" else None
    if not seen.drifted:
        if lasting is None or seen.unknown:
            return None
        return _told(one, "resolved", dict(lasting), now)
    data = _data(one, seen)
    if lasting is not None and lasting.get("digest") == data["digest"]:
        return None
    return _told(one, "found", data, now)


def _told(
    one: Watched, action: str, data: Mapping[str, Any], now: datetime
) -> Occurrence:
    delivery = f"drift of {one.name} {action} {now.isoformat()}"
    return Occurrence(
        id=occurrence_id(OURS, delivery),
        source=OURS,
        type=_TYPE,
        at=now,
        delivery=delivery,
        action=action,
        subject=one.name,
        data=data,
    )


def _data(one: Watched, seen: Seen) -> dict[str, Any]:
    """What is told of drift: where, what, and which attributes; no values."""
    things = [_thing(finding) for finding in seen.drifted]
    return {
        "config": one.config,
        "environment": one.environment,
        "target": one.name,
        "host": sorted({finding.address.host for finding in seen.drifted}),
        "count": len(things),
        "things": things[:_MOST],
        "inputs": _inputs(seen.drifted),
        "unknown": list(seen.unknown),
        "digest": digest(canonical(tuple(map(_identity, seen.drifted)))),
    }


def _thing(finding: Finding) -> dict[str, Any]:
    return {
        "address": str(finding.address),
        "kind": finding.address.kind,
        "attributes": sorted(finding.attributes),
        "since": finding.since,
        "by": finding.by,
    }


def _inputs(drifted: Sequence[Finding]) -> dict[str, str]:
    """
    What selects exactly these things, in words between spaces.

    A name with a space in it cannot be said so. Nothing is said rather than an empty text,
    which would select everything.
    """
    named = (f"{one.address.host}/{one.address.local}" for one in drifted)
    words = [name for name in named if not any(map(str.isspace, name))]
    return {"things": " ".join(words)} if words else {}


def _identity(finding: Finding) -> tuple[Any, ...]:
    """What makes it the same drift: the thing, and how it is now."""
    return str(finding.address), finding.change.before
