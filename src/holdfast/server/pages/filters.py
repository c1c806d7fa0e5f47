"""Which runs a list is asked for, as its address says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.model import State

GROUPS = {
    "needs a person": (State.GATED, State.IN_DOUBT),
    "not ended": tuple(state for state in State if not state.is_end),
    "went wrong": (State.FAILED, State.REJECTED, State.EXPIRED),
}
"""Several states under the name of what a person looks for."""

TRIGGERS = {
    "workflow_dispatch": "a person",
    "schedule": "a schedule",
    "push": "a push",
    "pull_request": "a pull request",
    "alert": "an alert",
    "drift": "drift",
    "event": "an event",
    "webhook": "a webhook",
    "run": "the end of a run",
    "workflow_call": "another run",
}
"""What starts runs, in words."""

_RUN = re.compile(r"r[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; ``state`` is a state or the name of several."""

    state: str = ""
    workflow: str = ""
    trigger: str = ""
    before: str = ""

    @property
    def states(self) -> tuple[State, ...]:
        """The states that fit; empty: all."""
        if self.state in GROUPS:
            return GROUPS[self.state]
        return tuple(one for one in State if one.value == self.state)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What of it stands in an address; the page one is at does not."""
        every = {
            "state": self.state,
            "workflow": self.workflow,
            "trigger": self.trigger,
        }
        return tuple((name, value) for name, value in every.items() if value)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be asked of the state."""
        return (*GROUPS, *(one.value for one in State))

    @property
    def triggers(self) -> Mapping[str, str]:
        """What can be asked of what started them, also a word nobody here knows."""
        known = {self.trigger: self.trigger, **TRIGGERS}
        return {word: told for word, told in known.items() if word}


def filter_of(asked: Mapping[str, str]) -> Filter:
    """The filter of an address; what is no state or no run asks for nothing."""
    state, before = asked.get("state", ""), asked.get("before", "")
    known = state in GROUPS or state in {one.value for one in State}
    return Filter(
        state if known else "",
        asked.get("workflow", ""),
        asked.get("trigger", ""),
        before if _RUN.fullmatch(before) else "",
    )
