"""The groups of an inventory, and which of two values of a variable holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_PRIORITY = "ansible_group_priority"
"""Says which of two groups wins, and is no variable of hosts."""


@dataclass(slots=True)
class Groups:
    """
    What the files of an inventory say, before precedence is worked out.

    ``hosts`` gives the variables written beside each host, ``members`` the hosts of each
    group, ``children`` its groups, ``vars`` its variables.
    """

    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, dict[str, None]] = field(default_factory=dict)
    children: dict[str, dict[str, None]] = field(default_factory=dict)
    vars: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_group(self, name: str) -> None:
        """Know a group, also one without hosts."""
        self.members.setdefault(name, {})
        self.children.setdefault(name, {})
        self.vars.setdefault(name, {})

    def add_host(self, group: str, name: str, told: Mapping[str, Any]) -> None:
        """Put a host into a group, with what is written beside it."""
        self.add_group(group)
        self.members[group][name] = None
        self.hosts.setdefault(name, {}).update(told)

    @property
    def names(self) -> tuple[str, ...]:
        """Every group but ``all`` and ``ungrouped``."""
        return tuple(g for g in self.members if g not in ("all", "ungrouped"))

    def parents(self, name: str) -> Iterator[str]:
        """The groups a group is directly in."""
        return (group for group, inside in self.children.items() if name in inside)

    def of_host(self, host: str) -> frozenset[str]:
        """Every group a host is in, through children too."""
        found: set[str] = set()
        waiting = [group for group, inside in self.members.items() if host in inside]
        while waiting:
            group = waiting.pop()
            if group not in found:
                found.add(group)
                waiting += self.parents(group)
        return frozenset(found - {"all", "ungrouped"})

    def depth(self, name: str, seen: frozenset[str] = frozenset()) -> int:
        """How far below ``all`` a group is, by its longest way; a loop ends."""
        above = [p for p in self.parents(name) if p != "all" and p not in seen]
        return 1 + max((self.depth(p, seen | {name}) for p in above), default=0)

    def in_order(self, groups: Iterator[str] | frozenset[str]) -> list[str]:
        """Weakest first: by depth, ``ansible_group_priority``, then name."""
        return sorted(groups, key=lambda g: (self.depth(g), self._priority(g), g))

    def _priority(self, group: str) -> int:
        told = self.vars.get(group, {}).get(_PRIORITY, 1)
        return int(told) if str(told).lstrip("-").isdigit() else 1


def joined(
    host: str,
    groups: Groups,
    group_files: Mapping[str, Mapping[str, Any]],
    host_files: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """
    The variables of one host as Ansible's precedence has them, weakest first.

    Inventory ``all``, inventory groups, ``group_vars/all``, other ``group_vars``,
    inventory host, ``host_vars``.
    """
    own = groups.in_order(groups.of_host(host))
    layers = [
        groups.vars.get("all", {}),
        *(groups.vars.get(group, {}) for group in own),
        group_files.get("all", {}),
        *(group_files.get(group, {}) for group in own),
        groups.hosts.get(host, {}),
        host_files.get(host, {}),
    ]
    found = {key: value for layer in layers for key, value in layer.items()}
    found.pop(_PRIORITY, None)
    return found
