"""Drift as something that happens: written down once, whoever looked, until it is over."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from holdfast.engine.announcing import announce
from holdfast.engine.drift.findings import Finding
from holdfast.engine.journal import moment
from holdfast.model import Entry, Event, Occurrence, canonical, digest
from holdfast.ports import Clock, EventStore, EventTransaction, RunStore, RunTransaction

_MARK = "drifting/"
_OVER = datetime(1970, 1, 1, tzinfo=UTC)

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What one look found of a whole config in one environment.

    ``unknown`` are hosts and addresses that could not be looked at: what had drifted
    there still counts.
    """

    config: str
    environment: str
    owner: str = ""
    drifted: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What is told of it is told under this name."""
        return f"{self.config}/{self.environment}"


@dataclass(frozen=True, slots=True)
class DriftLog:
    """
    Where everybody who looks writes down what was found.

    The same drift is one entry and one event, however often it is seen and by whomever;
    its end is another. Which drift lasts is a mark, what it is the ledger has.
    """

    runs: RunStore
    events: EventStore
    clock: Clock

    def note(
        self, looks: Sequence[Seen], actor: str, declared: Collection[str]
    ) -> tuple[Occurrence, ...]:
        """
        Write down what is news in some looks; it is on disk when this returns.

        ``declared`` are the names of all there is to look at: what had drifted elsewhere
        is declared no more, and over.
        """
        now = self.clock.now()
        with self.runs.begin() as runs:
            events = self.events.within(runs)
            lasting = _lasting(events)
            gone = [_gone(runs, name) for name in lasting if name not in declared]
            found = [
                changed(_last(runs, one.name) if one.name in lasting else None, one)
                for one in looks
            ]
            news = [body for body in (*gone, *found) if body is not None]
            return tuple(_told(runs, events, body, actor, now) for body in news)


def changed(before: Body | None, seen: Seen) -> Body | None:
    """
    What there is to write down after a look; ``None`` when it is no news.

    ``before`` is what was written down last, when that is not over. Drift that lasts is
    news only when something else has drifted, or in another way.
    """
    old = _by_address(before["things"] if before else ())
    kept = {name: one for name, one in old.items() if _is_hidden(one, seen)}
    found = _by_address(map(_thing, seen.drifted))
    now = {**kept, **found}
    if _ways(now) == _ways(old):
        return None
    if not now:
        return {**(before or {}), "action": "resolved", "count": 0}
    things = [now[name] for name in sorted(now)]
    return {
        "action": "found",
        "config": seen.config,
        "environment": seen.environment,
        "owner": seen.owner,
        "target": seen.name,
        "host": tuple(sorted({str(one["host"]) for one in things})),
        "count": len(things),
        "things": tuple(things),
        "inputs": _inputs(seen.drifted),
        "unknown": seen.unknown,
    }


def _told(
    runs: RunTransaction,
    events: EventTransaction,
    body: Body,
    actor: str,
    now: datetime,
) -> Occurrence:
    lasts = body["action"] == "found"
    events.set_mark(f"{_MARK}{body['target']}", now if lasts else _OVER)
    entry = Entry(Event.DRIFT_FOUND, actor=actor, at=moment(now), body=body)
    return announce(runs, events, entry)


def _lasting(events: EventTransaction) -> frozenset[str]:
    marks = events.marks(_MARK)
    return frozenset(
        name.removeprefix(_MARK) for name, at in marks.items() if at != _OVER
    )


def _last(runs: RunTransaction, name: str) -> Body | None:
    """What was written down last under a name."""
    entries: Iterator[Entry] = runs.latest(Event.DRIFT_FOUND)
    return next((one.body for one in entries if one.body.get("target") == name), None)


def _gone(runs: RunTransaction, name: str) -> Body | None:
    before = _last(runs, name)
    return {**before, "action": "resolved", "count": 0} if before else None


def _by_address(things: Iterable[Body]) -> dict[str, Body]:
    return {str(one["address"]): one for one in things}


def _ways(things: Mapping[str, Body]) -> dict[str, object]:
    """What makes it the same drift: the things, and how each of them is now."""
    return {name: one["now"] for name, one in things.items()}


def _is_hidden(thing: Body, seen: Seen) -> bool:
    """Whether a thing could not be looked at: its host did not answer, or it alone."""
    return thing["host"] in seen.unknown or thing["address"] in seen.unknown


def _thing(finding: Finding) -> Body:
    """Where, what, and which attributes; no values."""
    address = finding.address
    return {
        "address": str(address),
        "host": address.host,
        "kind": address.kind,
        "attributes": tuple(sorted(finding.attributes)),
        "since": finding.since,
        "by": finding.by,
        "now": digest(canonical(finding.change.before)),
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
