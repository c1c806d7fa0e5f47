"""Which hosts and things a command is about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from holdfast.declare import Project
from holdfast.load.patterns import matching
from holdfast.problems import Problem, did_you_mean


@dataclass(frozen=True, slots=True)
class Selection:
    """Hosts by name, patterns of addresses (none means all), and what named nothing."""

    hosts: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def groups_of(project: Project) -> Mapping[str, Collection[str]]:
    """The hosts of each group; every environment is a group too."""
    groups: dict[str, list[str]] = {name: [] for name in project.environments}
    for host in project.hosts.values():
        for group in {*host.groups, host.environment}:
            groups.setdefault(group, []).append(host.name)
    return groups


def select(project: Project, patterns: Sequence[str]) -> Selection:
    """
    Resolve environments, host patterns and addresses.

    ``kind:name`` is an address on every host, ``host/kind:name`` on the hosts that the
    part before the slash names.
    """
    hosts, groups = list(project.hosts), groups_of(project)
    kinds = {item.kind for config in project.configs for item in config.items}
    chosen: dict[str, None] = {}
    addresses: list[str] = []
    lost: list[str] = []
    for pattern in patterns:
        where, address = _split(pattern, kinds)
        if address:
            addresses.append(address)
        if where or not address:
            found, missed = matching(where, hosts, groups)
            lost += missed
            chosen.update(dict.fromkeys(found))
    named = [host for host in hosts if host in chosen] if chosen else hosts
    known = [*hosts, *groups]
    return Selection(
        hosts=tuple(named),
        addresses=tuple(addresses),
        problems=tuple(_nothing(word, known) for word in lost),
    )


def _split(pattern: str, kinds: set[str]) -> tuple[str, str]:
    """``production/web-1/file:/x`` as host pattern and address."""
    head, colon, name = pattern.partition(":")
    where, _, kind = head.rpartition("/")
    if not colon or kind not in kinds | {"handler"}:
        return pattern, ""
    host = where.rpartition("/")[2]
    return host, f"{kind}:{name}"


def _nothing(word: str, known: Sequence[str]) -> Problem:
    return Problem(
        code="load.matches-nothing",
        summary=f"`{word}` names no host, group or environment",
        next_step=did_you_mean(word, known),
    )
