"""Pushes to a repository no webhook comes from, found by looking at its refs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from holdfast.model import Occurrence, occurrence_id
from holdfast.ports import Clock, EventStore
from holdfast.ports.forge import Remote

_NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class Polled:
    """One repository: its name here, ``owner/name`` in events, seconds between looks."""

    name: str
    repository: str
    every: int
    remote: Remote


@dataclass(frozen=True, slots=True)
class Poller:
    """
    Looks at repositories and keeps what moved as events; one process at a time does.

    The first look at a repository only learns where its refs are.
    """

    polled: tuple[Polled, ...]
    events: EventStore
    clock: Clock
    holder: str

    def tick(self, one: Polled) -> tuple[Occurrence, ...]:
        """
        Look when it is time; what was found is on disk when this returns.

        Raises ``HoldfastError`` when the repository cannot be asked.
        """
        now, mark = self.clock.now(), f"poll/{one.name}"
        later = now + timedelta(seconds=one.every)
        with self.events.begin() as transaction:
            due = transaction.mark(mark)
            if due is not None and due > now:
                return ()
            lease = max(later, now + timedelta(minutes=2))
            if not transaction.lead(mark, self.holder, now, lease):
                return ()
            transaction.set_mark(mark, later)
        seen = one.remote.refs()
        with self.events.begin() as transaction:
            known = transaction.refs(one.name)
            moved = pushes(one, known, seen, now) if known else ()
            transaction.set_refs(one.name, seen)
            return transaction.take(moved)


def pushes(
    one: Polled, before: Mapping[str, str], now: Mapping[str, str], at: datetime
) -> tuple[Occurrence, ...]:
    """
    A push for each ref that moved, came or went, with the keys GitHub's have.

    Which files changed is not told, so a workflow that asks for some starts.
    """
    refs = sorted(before.keys() | now.keys())
    return tuple(
        _push(one, ref, before.get(ref, _NOTHING), now.get(ref, _NOTHING), at)
        for ref in refs
        if before.get(ref) != now.get(ref)
    )


def _push(one: Polled, ref: str, old: str, new: str, at: datetime) -> Occurrence:
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    delivery = f"{ref} {old[:12]}..{new[:12]} {when}"
    return Occurrence(
        id=occurrence_id(one.name, delivery),
        source=one.name,
        type="push",
        at=at,
        delivery=delivery,
        subject=one.repository,
        data={
            "ref": ref,
            "before": old,
            "after": new,
            "created": old == _NOTHING,
            "deleted": new == _NOTHING,
            "repository": {"full_name": one.repository},
        },
    )
