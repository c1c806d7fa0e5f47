"""What is wrong with resources taken together: twice the same, or one after itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from holdfast.model import Address, Resource
from holdfast.problems import Problem, did_you_mean

_PATHS = {"file", "directory", "link"}
_PARTS = {"line", "block", "ini_key"}


def faults_in(resources: Sequence[Resource]) -> Iterator[Problem]:
    """Every address that is declared twice, every unknown ``after``, every circle."""
    by_address: dict[Address, Resource] = {}
    paths: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        other = by_address.setdefault(resource.address, resource)
        if other is not resource:
            yield _twice(resource, other)
        if resource.address.kind in _PATHS:
            spot = (resource.address.host, resource.address.name.rstrip("/"))
            first = paths.setdefault(spot, resource)
            if first is not resource and first.address != resource.address:
                yield _twice(resource, first)
    yield from _two_masters(resources, paths)
    if any(resource.after for resource in resources):
        yield from _unknown(resources, by_address)
        yield from _circles(resources, by_address)


def with_whole_names(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Resources whose ``after`` names parts of files (``line:/etc/x``) in full."""
    parts: dict[Address, list[Address]] = {}
    for resource in resources:
        if resource.address.kind in _PARTS:
            file = str(resource.how.get("path", ""))
            parts.setdefault(replace(resource.address, name=file), []).append(
                resource.address
            )
    for resource in resources:
        after = (a for word in resource.after for a in parts.get(word, [word]))
        yield replace(resource, after=tuple(after)) if resource.after else resource


def _two_masters(
    resources: Sequence[Resource], paths: Mapping[tuple[str, str], Resource]
) -> Iterator[Problem]:
    """Parts of files whose whole content is declared too: they would never agree."""
    for resource in resources:
        whole = paths.get((resource.address.host, str(resource.how.get("path", ""))))
        mine = resource.address.kind in _PARTS
        if mine and whole and "content" in (whole.wanted or {}):
            yield _fight(resource, whole)


def with_declared_names(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Folders that are purged, with the names below them that are declared."""
    names = [
        (r.address.host, r.address.name) for r in resources if r.wanted is not None
    ]
    for resource in resources:
        if not resource.how.get("purge"):
            yield resource
            continue
        host, folder = resource.address.host, f"{resource.address.name.rstrip('/')}/"
        inside = (n for h, n in names if h == host and n.startswith(folder))
        declared = tuple(sorted(name.removeprefix(folder) for name in inside))
        yield replace(resource, how={**resource.how, "declared": declared})


def _unknown(
    resources: Sequence[Resource], known: Mapping[Address, Resource]
) -> Iterator[Problem]:
    for resource in resources:
        for address in resource.after:
            if address not in known:
                local = {a.local for a in known if a.host == address.host}
                yield Problem(
                    code="load.unknown-after",
                    summary=f"`after:` names `{address.local}`, which is not declared",
                    next_step=did_you_mean(address.local, local),
                    place=resource.place,
                )


def _circles(
    resources: Sequence[Resource], known: Mapping[Address, Resource]
) -> Iterator[Problem]:
    done: set[Address] = set()
    for start in resources:
        way: list[Address] = []
        waiting = [(start.address, False)]
        while waiting:
            address, left = waiting.pop()
            if left:
                way.pop()
                done.add(address)
            elif address in way:
                circle = [*way[way.index(address) :], address]
                yield _circle(known[address], circle)
                return
            elif address not in done and address in known:
                way.append(address)
                waiting.append((address, True))
                waiting += [(other, False) for other in known[address].after]


def _twice(resource: Resource, other: Resource) -> Problem:
    where = resource.address
    return Problem(
        code="load.same-thing",
        summary=f"{where.local} is declared twice for {where.host}",
        detail=f"The other one is {other.address.local} at {other.place}.",
        next_step="Take one of them out, or give it other `hosts:`.",
        place=resource.place,
    )


def _fight(part: Resource, whole: Resource) -> Problem:
    return Problem(
        code="load.two-masters",
        summary=f"{part.address.kind} changes a file whose content is declared whole",
        detail=f"{whole.address.local} at {whole.place} says all that it holds: "
        "each apply would undo the other.",
        next_step="Put the line into that content, or leave out `content:` there.",
        place=part.place,
    )


def _circle(resource: Resource, way: Sequence[Address]) -> Problem:
    return Problem(
        code="load.circle",
        summary="`after:` goes round in a circle",
        detail=" → ".join(address.local for address in way) + ".",
        next_step="Take one of these `after:` out.",
        place=resource.place,
    )
