"""What happened to each change."""

from dataclasses import dataclass

from holdfast.model import Change, Event
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How one change ended.

    ``event`` is one of SUCCEEDED, FAILED, SKIPPED (not begun), UNREACHABLE (not begun,
    the host could not be asked) and IN_DOUBT (may have been made, in whole or in part).
    ``status`` is the exit status of a change that failed.
    """

    change: Change
    event: Event
    status: int = 0
    output: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Walked:
    """All outcomes, and the problem that stopped the walk early, if one did."""

    outcomes: tuple[Outcome, ...] = ()
    stopped: Problem | None = None

    def of(self, *events: Event) -> tuple[Outcome, ...]:
        """The outcomes that ended in one of these ways."""
        return tuple(outcome for outcome in self.outcomes if outcome.event in events)

    def hosts(self, *events: Event) -> tuple[str, ...]:
        """The hosts on which a change ended in one of these ways, in order."""
        named = (outcome.change.address.host for outcome in self.of(*events))
        return tuple(dict.fromkeys(named))
