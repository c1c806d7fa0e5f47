"""Where a secret was used, when and by whom: read from the ledger."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.model import Address, Entry, Event, canonical

_WHAT = {
    Event.SECRET_SET: "set",
    Event.SECRET_RETIRED: "retired",
    Event.SECRET_SCRUBBED: "scrubbed",
    Event.INTENDED: "used",
    Event.STEP_ENDED: "used",
}


@dataclass(frozen=True, slots=True)
class Use:
    """
    One entry that names a secret.

    ``what`` is ``set``, ``replaced``, ``retired``, ``scrubbed``, ``read`` (by a person),
    ``planned`` (a run that needs it) or ``used`` (in what was made at ``address``, or by
    ``step`` of a run, written ``JOB/STEP``).
    """

    at: str
    what: str
    version: str
    actor: str
    run: str = ""
    address: Address | None = None
    step: str = ""


def named(name: str) -> str:
    """What the body of every entry that names a secret holds."""
    return f"{json.dumps(name, ensure_ascii=False)[:-1]}@"


def uses_of(name: str, entries: Iterable[Entry]) -> tuple[Use, ...]:
    """Every use of every version, oldest first; entries without one are passed over."""
    return tuple(
        Use(
            at=entry.at,
            what=_what(entry, f"{name}@{version}"),
            version=version,
            actor=entry.actor,
            run=entry.run,
            address=entry.address,
            step=_step(entry),
        )
        for entry in entries
        for version in sorted(set(_versions(name, json.loads(canonical(entry.body)))))
    )


def secrets_on(hosts: Iterable[str], started: Iterable[Entry]) -> tuple[str, ...]:
    """Names of the secrets that runs with any of these hosts needed, from their starts."""
    wanted = set(hosts)
    bodies: Iterator[Mapping[str, Any]] = (entry.body for entry in started)
    return tuple(
        sorted(
            {
                reference.rpartition("@")[0]
                for body in bodies
                if wanted & set(body.get("targets", ()))
                for reference in body.get("secrets", ())
            }
        )
    )


def _step(entry: Entry) -> str:
    """A step by its id, one without an id by its number, from 1 on."""
    if entry.event is not Event.STEP_ENDED:
        return ""
    job, name = str(entry.body["job"]), str(entry.body.get("id") or "")
    number = str(int(str(entry.body["step"])) + 1)
    return f"{job}/{number if name.startswith('__') or not name else name}"


def _what(entry: Entry, reference: str) -> str:
    if entry.body.get("previous") == reference:
        return "replaced"
    if entry.event is Event.OBSERVED:
        return "read" if "secret-read" in entry.body else "used"
    return _WHAT.get(entry.event, "planned")


def _versions(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(f"{name}@"):
        yield value.removeprefix(f"{name}@")
    elif isinstance(value, dict):
        for item in value.values():
            yield from _versions(name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _versions(name, item)
