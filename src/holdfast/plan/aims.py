"""What the steps of a job are aimed at: hosts, and what a look at them found. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.declare import Step
from holdfast.model import Action, Address, Change, Plan, Target, digestible
from holdfast.plan.diff import lines_of as told_of
from holdfast.ports import Contents

APPLY = "holdfast/apply"


@dataclass(frozen=True, slots=True)
class Aim:
    """
    The hosts one step names, as far as they are known before it begins.

    They are not ``known`` when only an earlier step can say which they are.
    """

    targets: tuple[Target, ...] = ()
    known: bool = True

    def and_(self, other: "Aim") -> "Aim":
        """The hosts of both."""
        targets = dict.fromkeys((*self.targets, *other.targets))
        return Aim(tuple(targets), self.known and other.known)


Look = Mapping[str, Mapping[str, Any]]
"""
What planning the steps of a job gave, by the step's id.

Each has ``changes`` as :func:`written` gives them, ``managed`` (how many things there
are, by environment), and ``unknown`` (hosts that could not be looked at, and why).
"""


def is_looked_at(step: Step) -> bool:
    """Whether the plan of a step is only known after a look at its hosts."""
    return step.uses.partition("@")[0] == APPLY


def written(plan: Plan) -> dict[str, Any]:
    """What a look found, as plain values: nothing of what is sensitive but its versions."""
    managed: dict[str, int] = {}
    for address in (*(change.address for change in plan.changes), *plan.unchanged):
        managed[address.environment] = managed.get(address.environment, 0) + 1
    return {
        "changes": [_written(change, plan.contents) for change in plan.changes],
        "managed": managed,
        "unknown": {host: problem.summary for host, problem in plan.unknown.items()},
    }


def changes_of(found: Mapping[str, Any]) -> Iterator[Change]:
    """The changes of a look, as far as they were written down."""
    for one in found.get("changes") or ():
        address = Address.parse(str(one["address"]))
        if address is not None:
            yield Change(
                address=address,
                action=Action(one["action"]),
                before=one.get("before"),
                after=one.get("after"),
                reversible=bool(one.get("reversible", True)),
                sensitive=bool(one.get("sensitive")),
                secrets=tuple(one.get("secrets") or ()),
            )


def beyond(
    approved: Mapping[str, Any], now: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The changes of a later look that were not in what people agreed to."""
    agreed = list(approved.get("changes") or ())
    return [one for one in now.get("changes") or () if one not in agreed]


def lines_of(found: Mapping[str, Any]) -> dict[str, str]:
    """A look as a person reads it: each change by its address, in words."""
    says = [one.get("says") or () for one in found.get("changes") or ()]
    every = zip(changes_of(found), says, strict=False)
    lines = {str(change.address): _line(change, told) for change, told in every}
    unknown: Mapping[str, str] = found.get("unknown") or {}
    return lines | {host: f"not known: {why}" for host, why in unknown.items()}


def managed_in(looks: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many managed things looks found, by environment."""
    counts: dict[str, int] = {}
    for found in looks:
        for name, number in (found.get("managed") or {}).items():
            counts[name] = counts.get(name, 0) + int(number)
    return counts


def _written(change: Change, contents: Contents) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "address": str(change.address),
        "action": change.action.value,
        "reversible": change.reversible,
        "secrets": list(change.secrets),
    }
    if change.sensitive:
        return {**plain, "sensitive": True}
    states = {"before": digestible(change.before), "after": digestible(change.after)}
    return {**plain, **states, "says": list(told_of(change, contents))}


def _line(change: Change, says: Sequence[str]) -> str:
    told = "(not shown)" if change.sensitive else "; ".join(says)
    if any("\n" in one or one.startswith(("---", "@@")) for one in says):
        told = "\n".join(["", *says])
    return f"{change.action.mark} {change.action.value} {told}".rstrip()
