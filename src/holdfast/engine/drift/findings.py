"""What is not as it was left, and what was never applied: two different things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from holdfast.model import Address, Attributes, Change, Plan, Value
from holdfast.model.moments import to_second
from holdfast.observe import Asked, Mark
from holdfast.problems import Problem


class State(Enum):
    """How one thing stands."""

    IN_SYNC = "in-sync"
    DRIFTED = "drifted"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that is not in sync.

    ``attributes`` gives (observed, recorded, wanted) by name. DRIFTED: it is not as the
    ledger says it was left. PENDING: it is as it was left, the declaration moved on.
    """

    address: Address
    state: State
    attributes: Mapping[str, tuple[Value, Value, Value]]
    change: Change
    since: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """Every finding, what could not be looked at, and how much was."""

    findings: tuple[Finding, ...]
    unknown: Mapping[str, Problem]
    in_sync: int
    unseen: int

    @property
    def coverage(self) -> int:
        """Per cent of what is declared that could be looked at, rounded down."""
        seen = self.in_sync + len(self.findings)
        return 100 * seen // (seen + self.unseen) if seen + self.unseen else 100

    def of(self, state: State) -> tuple[Finding, ...]:
        """The findings in one state."""
        return tuple(finding for finding in self.findings if finding.state is state)


def compare(
    proposal: Plan,
    recorded: Mapping[Address, Attributes | None],
    addresses: Sequence[Address],
) -> Drift:
    """Tell drift from what is not yet applied; ``recorded`` is how each thing was left."""
    changes = [
        change for change in proposal.changes if change.address.kind != "handler"
    ]
    findings = tuple(_finding(change, recorded) for change in changes)
    known = {change.address for change in changes} | set(proposal.unchanged)
    unseen = sum(address not in known for address in addresses)
    return Drift(findings, proposal.unknown, len(proposal.unchanged), unseen)


def asked_about(finding: Finding) -> Asked:
    """What to ask its host about since when and through whom."""
    address, how = finding.address, finding.change.how
    if address.kind == "package":
        return Asked("package", address.name)
    if address.kind == "service":
        name = address.name
        return Asked("unit", name if "." in name else f"{name}.service")
    files = how.get("files")
    first = next(iter(files.values()), "") if isinstance(files, Mapping) else ""
    accounts = {"user": "/etc/passwd", "group": "/etc/group"}
    own = accounts.get(address.kind, address.name)
    return Asked("path", str(how.get("path") or first or own))


def marked(drift: Drift, marks: Mapping[Address, Mark]) -> Drift:
    """The same with since when and through whom, where a host could tell."""
    return replace(
        drift,
        findings=tuple(
            replace(f, since=_moment(marks[f.address].since), by=marks[f.address].by)
            if f.address in marks
            else f
            for f in drift.findings
        ),
    )


def _moment(since: int) -> str:
    if not since:
        return ""
    return to_second(datetime.fromtimestamp(since, UTC))


def _finding(change: Change, recorded: Mapping[Address, Attributes | None]) -> Finding:
    left = recorded.get(change.address, change.before)
    drifted = change.address in recorded and not _same(change.before, left)
    names = sorted({*(change.before or {}), *(change.after or {})})
    observed, wanted, was = change.before or {}, change.after or {}, left or {}
    return Finding(
        address=change.address,
        state=State.DRIFTED if drifted else State.PENDING,
        attributes={
            name: (observed.get(name), was.get(name), wanted.get(name))
            for name in names
            if observed.get(name) != wanted.get(name)
        },
        change=change,
    )


def _same(one: Attributes | None, other: Attributes | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(one[key] == other[key] for key in one.keys() & other.keys())
