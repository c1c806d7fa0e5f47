"""What has drifted is written down when it is other than it was the last time."""

from collections.abc import Iterable

from holdfast.app.application import Application
from holdfast.engine.drift import Drift, State
from holdfast.engine.journal import moment
from holdfast.model import Attributes, Entry, Event

_MANY = 50


def note_drift(app: Application, found: Drift) -> tuple[Entry, ...]:
    """
    Note what a look at everything found, environment by environment.

    Only what is new is written: looked at every quarter of an hour, the same drift is
    one entry, and its end another. While some host could not be looked at, nothing is
    said to be over.
    """
    before = _last(app.store.ledger.of_event(Event.DRIFT_FOUND))
    now: dict[str, list[str]] = {name: [] for name in before}
    for finding in found.of(State.DRIFTED):
        address = finding.address
        now.setdefault(address.environment, []).append(str(address))
    at = moment(app.engine.clock.now())
    entries = [
        Entry(Event.DRIFT_FOUND, actor=app.actor, at=at, body=_body(where, addresses))
        for where, addresses in sorted(now.items())
        if _is_news(addresses, before.get(where, ()), whole=not found.unknown)
    ]
    return app.store.ledger.append(entries)


def _is_news(addresses: list[str], before: Iterable[str], *, whole: bool) -> bool:
    seen, known = set(sorted(addresses)[:_MANY]), set(before)
    return seen != known if whole else not seen <= known


def _body(where: str, addresses: list[str]) -> Attributes:
    return {
        "environment": where,
        "count": len(addresses),
        "addresses": tuple(sorted(addresses)[:_MANY]),
    }


def _last(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """What had drifted in each environment when that was last written down."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        addresses = entry.body["addresses"]
        if isinstance(addresses, list | tuple):
            found[str(entry.body["environment"])] = tuple(map(str, addresses))
    return found
