"""Addresses as people write them: whole ones, local ones, and patterns."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from holdfast.declare import Project
from holdfast.model import Address


def every(_address: Address) -> bool:
    """Choose all."""
    return True


def chooser(patterns: Sequence[str]) -> Callable[[Address], bool]:
    """Whether an address matches one of these, each whole or with ``*``."""
    if not patterns:
        return every

    def chosen(address: Address) -> bool:
        names = (address.local, f"{address.host}/{address.local}", str(address))
        return any(
            name == pattern or fnmatchcase(name, pattern)
            for pattern in patterns
            for name in names
        )

    return chosen


def pattern_of(project: Project, written: str) -> str:
    """An address as a person writes it, as the ledger's whole one or a pattern for it."""
    found = Address.parse(written)
    if found is None or found.environment:
        if found and not found.host and found.environment in project.hosts:
            host = project.hosts[found.environment]
            return str(Address(host.environment, host.name, found.kind, found.name))
        return written
    return f"*/{found.local}"
