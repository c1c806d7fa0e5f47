"""How much of its declared autonomy a rule has: lost by what went wrong. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.declare import Autonomy
from holdfast.model import Event

AGREED = 5
"""So many proposals in a row that people agreed to, and that helped, earn an offer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One moment at which trust in a rule was taken or given back, and by whom."""

    event: Event
    at: datetime
    by: str
    why: str
    record: tuple[str, ...] = ()
    """Of trust that was given: the runs that spoke for it."""


@dataclass(frozen=True, slots=True)
class Trust:
    """
    How a rule stands: ``lost`` is the moment that counts, ``None`` when none does.

    ``given`` is when trust was last given back, if that still holds.
    """

    lost: Turn | None = None
    given: Turn | None = None

    def autonomy(self, declared: Autonomy) -> Autonomy:
        """What the rule may do now: a rule that lost trust proposes and does not act."""
        return "propose" if self.lost is not None and declared == "act" else declared


def trust_of(turns: Sequence[Turn]) -> Trust:
    """How a rule stands after every turn, oldest first."""
    lost: Turn | None = None
    given: Turn | None = None
    for turn in turns:
        if turn.event is Event.TRUST_GIVEN:
            lost, given = None, turn
        elif lost is None:
            lost, given = turn, None
    return Trust(lost, given)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of one proposed run: whether people agreed, and whether it helped."""

    agreed: bool | None
    passed: bool | None
    run: str = ""


def earned(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """
    The runs of the last proposals in a row that were agreed to and helped.

    ``proposals`` come newest first; those nobody has decided about yet do not count.
    """
    runs: list[str] = []
    for one in proposals:
        if one.agreed is None or (one.agreed and one.passed is None):
            continue
        if not (one.agreed and one.passed):
            break
        runs.append(one.run)
    return tuple(runs)


def offer(
    declared: Autonomy, trust: Trust, proposals: Sequence[Proposal]
) -> tuple[str, ...]:
    """The runs for which a rule may be given more than it has; empty for nothing."""
    runs = earned(proposals)
    proposes = trust.autonomy(declared) == "propose"
    return runs if proposes and len(runs) >= AGREED else ()
