"""Small decisions about what a command is about."""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase

from holdfast.declare import Project
from holdfast.model import Address, Rollout


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


def strictest(rollouts: Iterable[Rollout], budgets: Iterable[int]) -> Rollout:
    """
    One rollout for all: the smallest first wave, the longest pause, the least failures.

    ``budgets`` are the ``max_fail_percentage`` of the environments' limits.
    """
    known = list(rollouts) or [Rollout()]
    return Rollout(
        serial=min((r.serial for r in known), key=_first_share),
        max_fail_percentage=min([*(r.max_fail_percentage for r in known), *budgets]),
        pause=max(r.pause for r in known),
    )


def budgets_of(project: Project, environments: Iterable[str]) -> list[int]:
    """``max_fail_percentage`` of the environments that set one."""
    gates = (project.environments[name].gates for name in environments)
    limits = (gate.limits for gate in gates if gate and gate.limits)
    told = (limit.max_fail_percentage for limit in limits)
    return [budget for budget in told if budget is not None]


def pattern_of(project: Project, written: str) -> str:
    """An address as a person writes it, as the ledger's whole one or a pattern for it."""
    found = Address.parse(written)
    if found is None or found.environment:
        if found and not found.host and found.environment in project.hosts:
            host = project.hosts[found.environment]
            return str(Address(host.environment, host.name, found.kind, found.name))
        return written
    return f"*/{found.local}"


def _first_share(serial: Sequence[int | str]) -> tuple[bool, int]:
    first = serial[0] if serial else "100%"
    if isinstance(first, int):
        return (False, first)
    return (True, int(first.rstrip("%")))
