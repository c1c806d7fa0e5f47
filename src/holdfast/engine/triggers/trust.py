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


@dataclass(frozen=True, slots=True)
class Trust:
    """How a rule stands: ``lost`` is the moment that counts, ``None`` when none does."""

    lost: Turn | None = None

    def autonomy(self, declared: Autonomy) -> Autonomy:
        """What the rule may do now: a rule that lost trust proposes and does not act."""
        return "propose" if self.lost is not None and declared == "act" else declared


def trust_of(turns: Sequence[Turn]) -> Trust:
    """How a rule stands after every turn, oldest first."""
    lost: Turn | None = None
    for turn in turns:
        if turn.event is Event.TRUST_GIVEN:
            lost = None
        elif lost is None:
            lost = turn
    return Trust(lost)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of one proposed run: whether people agreed, and whether it helped."""

    agreed: bool | None
    passed: bool | None


def agreed(proposals: Sequence[Proposal]) -> int:
    """How many of the last proposals in a row, newest first, were agreed to and helped."""
    count = 0
    for one in proposals:
        if one.agreed is None or (one.agreed and one.passed is None):
            continue
        if not (one.agreed and one.passed):
            break
        count += 1
    return count


def offer(declared: Autonomy, trust: Trust, proposals: Sequence[Proposal]) -> str:
    """What may be given to a rule for what it has shown; empty for nothing."""
    count = agreed(proposals)
    if count < AGREED or trust.autonomy(declared) != "propose":
        return ""
    said = f"its last {count} proposals were agreed to, and helped"
    if declared == "act":
        return f"{said}: trust can be given back"
    return f"{said}: it may be declared `autonomy: act`"
