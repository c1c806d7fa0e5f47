"""Where secrets were used, and how every trace of one is taken away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast import record
from holdfast.app.application import Application
from holdfast.app.secrets.versions import need_secret
from holdfast.drivers.secrets import Redactor
from holdfast.drivers.stores.scrubbing import wipe
from holdfast.engine.journal import moment
from holdfast.model import Entry, Event
from holdfast.ports import Scrubbable
from holdfast.problems import HoldfastError
from holdfast.record import Use

_GIVEN = '"secrets":["'
"""What the body of every entry holds that says which secrets something was given."""


def uses(app: Application, name: str) -> tuple[Use, ...]:
    """Every use of a secret, oldest first; raises ``HoldfastError`` for none at all."""
    told = record.uses_of(name, app.store.ledger.mentioning(record.named(name)))
    if not told:
        need_secret(app, name)
    return tuple(_by_person(app, use) for use in told)


def _by_person(app: Application, use: Use) -> Use:
    """A step was made by whoever started its run."""
    if not use.step:
        return use
    with app.store.runs.looking() as transaction:
        row = transaction.run(use.run)
    return use if row is None else replace(use, actor=row.actor)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What a secret was taken out of: rows, printed texts, and contents, how many."""

    rows: int
    texts: int
    contents: int

    def __bool__(self) -> bool:
        return bool(self.rows or self.texts or self.contents)


def scrub(app: Application, name: str) -> Scrubbed:
    """
    Take every form of every version out of what is stored in clear, and note that.

    Raises ``HoldfastError`` for a secret of which no version can be had, and when the
    database could not be compacted afterwards.
    """
    need_secret(app, name)
    known = Redactor()
    versions = app.secrets.every(name)
    for version in versions:
        known.learn(version.reveal())
    stores: tuple[Scrubbable, ...] = (app.store.contents, app.store.outbox)
    dropped = [each for store in stores for each in store.scrub(known.clean)]

    def note(rows: Mapping[str, str], texts: tuple[str, ...]) -> Entry:
        return Entry(
            event=Event.SECRET_SCRUBBED,
            actor=app.actor,
            at=moment(app.engine.clock.now()),
            body={
                "secrets": tuple(version.reference for version in versions),
                "rows": rows,
                "texts": texts,
                "contents": tuple(dropped),
            },
        )

    entry = app.store.ledger.scrub(known.clean, note)
    if entry is None and dropped:
        app.store.ledger.append([note({}, ())])
    wipe(app.store.engine)
    rows, texts = (entry.body["rows"], entry.body["texts"]) if entry else ({}, ())
    return Scrubbed(_count(rows), _count(texts), len(dropped))


@dataclass(frozen=True, slots=True)
class Listed:
    """One secret in a list: what answers to it, and what is known of it."""

    name: str
    backend: str
    versions: int | None
    since: str
    used: str


def listed(app: Application) -> tuple[Listed, ...]:
    """
    Every name with its backend, how many versions are kept, since when, last used when.

    Times are as the ledger writes them, empty when it does not know; ``versions`` is
    ``None`` when they are not kept here or cannot be opened.
    """
    kept = app.store.ledger.of_event(Event.SECRET_SET)
    given = app.store.ledger.mentioning(_GIVEN)
    homes = app.secrets.homes()
    return tuple(
        Listed(
            name=name,
            backend=homes[name].partition(":")[0],
            versions=_versions(app, name),
            since=_latest(name, kept, "set"),
            used=_latest(name, given, "planned", "used"),
        )
        for name in sorted(homes)
    )


def _latest(name: str, entries: tuple[Entry, ...], *what: str) -> str:
    return max(
        (u.at for u in record.uses_of(name, entries) if u.what in what), default=""
    )


def _versions(app: Application, name: str) -> int | None:
    try:
        return len(app.secrets.versions(name)) or None
    except HoldfastError:
        return None


def _count(found: object) -> int:
    return len(found) if isinstance(found, Mapping | tuple | list) else 0
