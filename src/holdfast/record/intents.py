"""A change as the ledger holds it, and back again."""

from collections.abc import Mapping
from typing import Any

from holdfast.model import Action, Address, Attributes, Change, Entry, Event, as_value
from holdfast.problems import Place


def intent_body(change: Change) -> Attributes:
    """The body of an INTENDED entry: enough to make the change, and to take it back."""
    return {
        "action": change.action.value,
        "before": change.before,
        "after": change.after,
        "how": change.how,
        "reversible": change.reversible,
        "then": change.then,
        "triggered_by": tuple(str(address) for address in change.triggered_by),
        "sensitive": change.sensitive,
        "secrets": change.secrets,
        "declared": None
        if change.declared is None
        else {
            "file": change.declared.file,
            "line": change.declared.line,
            "column": change.declared.column,
        },
    }


def change_of(entry: Entry) -> Change:
    """The change an INTENDED entry holds; raises ``ValueError`` for another entry."""
    body: Mapping[str, Any] = entry.body
    if entry.address is None or "action" not in body:
        message = f"entry {entry.sequence} is no intent"
        raise ValueError(message)
    declared = body["declared"]
    callers = (Address.parse(text) for text in body["triggered_by"])
    return Change(
        address=entry.address,
        action=Action(body["action"]),
        before=as_value(body["before"]),
        after=as_value(body["after"]),
        how=as_value(body["how"]),
        reversible=body["reversible"],
        declared=Place(**declared) if declared else None,
        then=tuple(body["then"]),
        triggered_by=tuple(address for address in callers if address),
        sensitive=body["sensitive"],
        secrets=tuple(body.get("secrets", ())),
    )


def state_of(entry: Entry) -> Attributes | None:
    """The state an intent was to leave, or that was observed."""
    if entry.event is Event.OBSERVED:
        observed: Attributes | None = as_value(entry.body["state"])
        return observed
    return change_of(entry).after
