"""Breaking the glass: two people pass a window or a freeze, with a reason. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from holdfast.gate.rules import Approve, GateFacts, Glass, Rules
from holdfast.gate.wording import moment

LASTS = timedelta(hours=1)
"""So long after it was asked for it is confirmed and used, or it is over."""

CODES = frozenset({"gate.outside-window", "gate.frozen"})
"""The objections it lifts."""


def broken(facts: GateFacts, digest: str) -> Glass | None:
    """The one that counts: for this plan, in time, confirmed by another person."""
    return next(
        (
            one
            for one in facts.glasses
            if one.digest == digest
            and facts.now < one.until
            and one.why.strip()
            and is_other(one.confirmed, one.by)
        ),
        None,
    )


def is_other(person: str, asker: str) -> bool:
    """Whether somebody is a second person, however names are written."""
    name = person.strip().casefold()
    return bool(name) and name != asker.strip().casefold()


def needed_for(environments: Iterable[str], rules: Rules) -> Approve:
    """Who may confirm: who approves for the environments, where anybody is named."""
    found = [rules.gates[name].approve for name in environments if name in rules.gates]
    named = [name for approve in found if approve for name in approve.by]
    return Approve(tuple(dict.fromkeys(named)), 1, not_author=True)


def told(glass: Glass) -> str:
    """Who broke it, why, and until when it counts."""
    return (
        f"{glass.by} broke the glass: {glass.why}; confirmed by {glass.confirmed}, "
        f"until {moment(glass.until)}"
    )
