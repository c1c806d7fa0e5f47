"""The hosts of a project: entries of ``hosts/``, and inventories that it names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from holdfast.declare import Connect, HostEntry, HostsDeclared, over
from holdfast.load.ansible import read_inventory
from holdfast.load.checked import checked
from holdfast.load.patterns import ranged
from holdfast.load.reading import Reading
from holdfast.load.yaml12 import Document
from holdfast.problems import Place, Problem, did_you_mean


def read_hosts(
    reading: Reading, environments: Mapping[str, object]
) -> tuple[Connect, dict[str, HostEntry]]:
    """How all are reached, and every host by its name, each in one environment."""
    connect, entries = Connect(), dict[str, HostEntry]()
    for document in reading.folder("hosts"):
        declared, faults = checked(HostsDeclared, document.value, document)
        if not document.problems:
            reading.problems += faults
        if declared is None:
            continue
        connect = over(connect, declared.connect)
        entries.update(_inventory(reading, declared))
        for entry, place in _entries(declared, document):
            if entry.name in entries:
                reading.problems.append(_twice(entry.name, place))
            entries[entry.name] = entry
    placed = {n: _placed(entry, environments) for n, entry in entries.items()}
    reading.problems += [
        _no_environment(entry, environments)
        for entry in placed.values()
        if entry.environment not in environments
    ]
    return connect, placed


def _inventory(reading: Reading, declared: HostsDeclared) -> dict[str, HostEntry]:
    """The hosts of an inventory that the file names."""
    if declared.inventory is None:
        return {}
    found, problems, files = read_inventory(
        reading.root / declared.inventory.ansible,
        declared.inventory.environment,
        reading.root,
    )
    reading.problems += problems
    reading.note(files)
    return {
        name: replace(host, connect=over(declared.connect, host.connect))
        for name, host in found.items()
    }


def _placed(entry: HostEntry, environments: Mapping[str, object]) -> HostEntry:
    """In the environment that is named, else its only group that is one, else the only."""
    if entry.environment:
        return entry
    named = sorted(entry.groups & environments.keys()) or list(environments)
    return replace(entry, environment=named[0] if len(named) == 1 else "")


def _entries(
    declared: HostsDeclared, document: Document
) -> Iterator[tuple[HostEntry, Place]]:
    for written, host in declared.hosts.items():
        names, place = ranged(written), document.place(("hosts", written))
        addresses = ranged(host.address) if host.address else []
        for number, name in enumerate(names):
            several = len(addresses) == len(names)
            address = addresses[number] if several else host.address
            connect = over(over(declared.connect, host.connect), host.words)
            yield (
                HostEntry(
                    name=name,
                    environment=host.environment or "",
                    address=address,
                    groups=frozenset(host.groups),
                    vars=host.vars,
                    labels=host.labels,
                    connect=connect,
                ),
                place,
            )


def _twice(name: str, place: Place) -> Problem:
    return Problem(
        code="load.same-host",
        summary=f"The host `{name}` is declared twice",
        next_step="Take one of them out.",
        place=place,
    )


def _no_environment(entry: HostEntry, known: Iterable[str]) -> Problem:
    names = list(known)
    return Problem(
        code="load.no-environment",
        summary=f"The host `{entry.name}` is in no environment of the project",
        detail=f"Seen: {entry.environment or 'nothing'}. Known: {', '.join(names)}.",
        next_step=did_you_mean(entry.environment, names)
        if entry.environment
        else "Write `environment:` for it.",
    )
