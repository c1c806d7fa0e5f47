"""What a person asks about rules, whether the server is in this process or another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from holdfast.model import Pause
from holdfast.ports.events import DecisionRow


@dataclass(frozen=True, slots=True)
class CircuitRow:
    """
    The breaker of one rule on one target.

    ``since`` is when it opened, ``until`` when it lets one run through by itself.
    """

    target: str
    state: Literal["closed", "open", "half-open"]
    reason: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """
    One workflow that answers to events, and what came of it in the last 30 days.

    ``came`` are words as ``started`` or ``swallow`` and how often, ``ended`` how its runs
    ended: ``rejected`` are those with which people did not agree. ``circuits`` has the
    targets it was tried on.
    """

    name: str
    file: str
    owner: str
    autonomy: str
    starts: tuple[str, ...]
    limits: str
    came: tuple[tuple[str, int], ...] = ()
    ended: tuple[tuple[str, int], ...] = ()
    circuits: tuple[CircuitRow, ...] = ()
    trust: tuple[str, ...] = ()
    """That it lost the trust of acting by itself, who gave it back, what it has earned."""
    takes_trust: bool = False
    """Whether one word of a person gives it more than it has now."""
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer a rule gives to some events; ``key`` is what is counted together."""

    at: datetime
    key: str
    verb: str
    reason: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """
    What a workflow answers to what is stored, from a moment on.

    ``events`` is how many were looked at. ``targets`` has how often each would have been
    touched. ``differs`` are answers that were given otherwise: the workflow was another
    one then, or was not there.
    """

    name: str
    since: datetime
    until: datetime
    events: int
    answers: tuple[AnswerRow, ...] = ()
    targets: tuple[tuple[str, int], ...] = ()
    differs: int = 0

    def count(self, verb: str) -> int:
        """How many answers of one sort."""
        return sum(1 for one in self.answers if one.verb == verb)


class RuleDesk(Protocol):
    """
    Workflows that answer to events.

    Raises ``HoldfastError`` for what does not exist, may not be done or cannot be reached.
    """

    def rules(self) -> Sequence[RuleRow]:
        """Every workflow that answers to events, by name."""
        ...

    def rule(self, workflow: str, /) -> tuple[RuleRow, tuple[DecisionRow, ...]]:
        """One rule and its last decisions, newest first."""
        ...

    def backtest(self, workflow: str, since: str = "30d") -> BacktestRow:
        """
        Ask a workflow, as it is now, about all that is stored; starts nothing.

        ``since`` is how far back (``7d``), or a moment.
        """
        ...

    def close(self, workflow: str, target: str, actor: str, why: str) -> RuleRow:
        """Close a breaker: what was tried on the target so far counts no more."""
        ...

    def pause(self, workflow: str, actor: str, why: str, until: str = "") -> RuleRow:
        """
        Let a rule start nothing until it is resumed, or ``until`` (``2h``, a moment).

        It goes on to decide about events, and its decisions say that it was paused.
        """
        ...

    def resume(self, workflow: str, actor: str, why: str) -> RuleRow:
        """End the pause of a rule; what came meanwhile stays unanswered."""
        ...

    def trust(self, workflow: str, actor: str, why: str) -> RuleRow:
        """Let a rule act again as it declares, after it lost trust."""
        ...
