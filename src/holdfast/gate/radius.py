"""Whether a plan reaches further than its workflow's earlier runs did. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from holdfast.gate.approvals import Need
from holdfast.gate.rules import Approve, Reach, Rules
from holdfast.gate.wording import counted, listed
from holdfast.model import Target

ENOUGH = 3
"""With fewer earlier runs than this there is no profile to be outside of."""

_FENCE = 1.5
_SORTS = {"environment": 0, "owner": 0, "group": 1, "host": 1}
"""What is counted apart, and how many hosts of it are never too many."""


@dataclass(frozen=True, slots=True)
class Excess:
    """More hosts of one sort than usual: ``of`` is ``group web``, or ``""`` for all."""

    of: str
    usual: int
    now: int

    @property
    def text(self) -> str:
        """``usually 6 targets, now 412``."""
        where = f" in {self.of}" if self.of else ""
        return f"usually {counted(self.usual, 'target')}{where}, now {self.now}"


def reach_of(targets: Iterable[Target]) -> Reach:
    """What is remembered of the targets of a run."""
    every = sorted({(t.environment, t.name, t.groups, t.owner) for t in targets})
    return Reach(
        tuple(Target(name, env, groups, own) for env, name, groups, own in every)
    )


def outside(targets: Iterable[Target], earlier: Sequence[Reach]) -> tuple[Excess, ...]:
    """
    Where the targets are outside of the profile that earlier runs give, worst first.

    More is too many when it is more than each of: twice the median of the earlier runs,
    Tukey's upper fence over them (the third quartile and 1.5 times the distance of the
    quartiles; J. W. Tukey, Exploratory Data Analysis, 1977), and the most there ever was.
    So it is too for each environment, owner and group. An environment or an owner that
    no earlier run touched is outside by one host; one host of a group never is.
    """
    if len(earlier) < ENOUGH:
        return ()
    now = _counts(reach_of(targets).targets)
    before = [_counts(reach.targets) for reach in earlier]
    found = (
        Excess(_named(sort, name), round(median(seen)), number)
        for (sort, name), number in now.items()
        if number > _most(seen := [one[sort, name] for one in before], _SORTS[sort])
    )
    return tuple(sorted(found, key=lambda one: (one.usual - one.now, one.of)))


def needed(
    environments: Iterable[str], rules: Rules, excess: Sequence[Excess], owner: str
) -> Iterator[Need]:
    """
    The approvals that reaching further than usual takes, even where none is declared.

    Who approves for an environment is asked; where nobody does, ``owner`` is.
    """
    if not excess:
        return
    reason = listed((one.text for one in excess), 2)
    declared = {
        name: gates.approve
        for name in environments
        if (gates := rules.gates.get(name)) is not None and gates.approve is not None
    }
    for name, approve in declared.items():
        yield Need(f"{name}: blast radius", reason, approve)
    if not declared:
        yield Need("blast radius", reason, Approve((owner,) if owner else ()))


def _counts(targets: Sequence[Target]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in targets:
        counts["host", ""] += 1
        counts["environment", one.environment] += 1
        counts["owner", one.owner] += 1
        for group in one.groups:
            counts["group", group] += 1
    return counts


def _most(seen: Sequence[int], free: int) -> float:
    """The largest number that is still within the profile."""
    low, _, high = quantiles(seen, n=4, method="inclusive")
    fence = high + _FENCE * (high - low)
    return max(2 * median(seen), fence, *seen, free)


def _named(sort: str, name: str) -> str:
    return "" if sort == "host" else f"{sort} {name or 'none'}"
