"""One thing going from one state to another: what every tool underneath comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from holdfast.model.address import Address
from holdfast.model.values import Attributes, Value
from holdfast.problems import Place


class Action(Enum):
    """What happens to one thing; the value is the word in JSON."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    RUN = "run"
    NONE = "none"

    @property
    def mark(self) -> str:
        """The sign shown to people."""
        return {
            Action.CREATE: "+",
            Action.UPDATE: "~",
            Action.REPLACE: "±",
            Action.DELETE: "-",
            Action.RUN: "▶",
            Action.NONE: " ",
        }[self]

    @property
    def severity(self) -> int:
        """Worst first when plans are shown: a delete before a create."""
        order = (
            Action.DELETE,
            Action.REPLACE,
            Action.UPDATE,
            Action.RUN,
            Action.CREATE,
            Action.NONE,
        )
        return order.index(self)


@dataclass(frozen=True, slots=True)
class Change:
    """
    One address from ``before`` to ``after``; ``None`` on either side means absent.

    ``after`` holds the whole state that is expected, declared or not, so that a swap of
    the two sides is the way back. ``how`` is carried over from the resource.
    ``triggered_by`` is set on handlers: they run only if one of these changes was made.
    ``late`` marks a change that depends on an earlier one of the same plan and is looked
    at again just before it is made. ``secrets`` are the ``name@version`` of all it needs.
    """

    address: Address
    action: Action
    before: Attributes | None
    after: Attributes | None
    how: Attributes = field(default_factory=dict)
    reversible: bool = True
    declared: Place | None = None
    then: tuple[str, ...] = ()
    triggered_by: tuple[Address, ...] = ()
    sensitive: bool = False
    late: bool = False
    secrets: tuple[str, ...] = ()

    def swapped(self) -> "Change":
        """The change that puts things back."""
        opposite = {Action.CREATE: Action.DELETE, Action.DELETE: Action.CREATE}
        return replace(
            self,
            action=opposite.get(self.action, self.action),
            before=self.after,
            after=self.before,
            then=(),
            late=False,
        )


def differences(change: Change) -> Iterator[tuple[str, Value, Value]]:
    """Each attribute that differs, as (name, before, after), in name order."""
    before, after = change.before or {}, change.after or {}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)
