"""Which rule holds for which occurrences: from what a workflow says to what decides."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.declare import Storm, Trigger, seconds_of
from holdfast.engine.triggers import extensions
from holdfast.engine.triggers.decision import TROUBLE
from holdfast.engine.triggers.gather import (
    Accumulate,
    Each,
    Gathering,
    OnceAfter,
    Together,
)
from holdfast.engine.triggers.storm import Rule
from holdfast.engine.triggers.values import NOTHING, at, text, words
from holdfast.expressions import ExpressionError, evaluate
from holdfast.model import Occurrence

DEFAULT_TIMEOUT = 300
"""Seconds in which several conditions are met, when nobody says how many."""

_TARGETS = (
    "labels.host",
    "labels.instance",
    "labels.node",
    "labels.nodename",
    "labels.pod",
    "labels.service",
    "target",
    "host",
    "address",
)
_WITH_PORT = re.compile(r"\[?([^\[\]/]+?)\]?:[0-9]{1,5}")


def rule_of(storm: Storm | None, trigger: Trigger) -> Rule:
    """
    The rule for what one trigger lets in.

    Several conditions (``all``, ``not_all``) go before ``accumulate_within``, and that
    before ``once_after``; ``once_within`` holds besides each of them.
    """
    limits = storm or Storm()
    return Rule(
        gathering=_together(trigger.options) or _limited(limits),
        once_within=limits.once_within,
        resolved_starts=(
            trigger.event not in TROUBLE
            or "resolved" in words(trigger.options.get("types"))
        ),
    )


def is_correlated(trigger: Trigger) -> bool:
    """Whether several occurrences have to come together for it."""
    return _together(trigger.options) is not None


def group_of(per: str, occurrence: Occurrence) -> str:
    """
    What is counted apart: everything together, by target, or by an expression.

    An expression that cannot be worked out puts everything into one group, ``?``:
    rather too few starts than too many.
    """
    if per in ("", "target"):
        return target_of(occurrence) if per else ""
    data = occurrence.data
    try:
        value = evaluate(per, {"event": data, "github": {"event": data}})
    except ExpressionError:
        return "?"
    return "" if value is None else text(value)


def target_of(occurrence: Occurrence) -> str:
    """
    What an occurrence is about: a host of its labels without the port, a service.

    The first of ``labels.host instance node nodename pod service``, then ``target``,
    ``host`` and ``address``; its subject when it has none of them.
    """
    found = (at(occurrence.data, path) for path in _TARGETS)
    name = next((text(one) for one in found if one not in (NOTHING, "", None)), "")
    port = _WITH_PORT.fullmatch(name)
    return (port[1] if port else name) or occurrence.subject


def _limited(limits: Storm) -> Gathering:
    if limits.accumulate_within and (limits.threshold or 0) > 1:
        return Accumulate(limits.accumulate_within, limits.threshold or 0)
    if limits.once_after:
        return OnceAfter(limits.once_after)
    return Each()


def _together(options: Mapping[str, Any]) -> Together | None:
    """The gathering of an ``event`` with several conditions; ``any`` needs none."""
    for mode in ("all", "not_all"):
        listed = options.get(mode)
        if isinstance(listed, list | tuple) and listed:
            met = _Met(listed)
            seconds = _seconds(options.get("timeout"))
            kind: Any = mode
            return Together(kind, len(listed), seconds, met)
    return None


def _seconds(timeout: Any) -> int:
    if isinstance(timeout, str):
        return seconds_of(timeout)
    return timeout if isinstance(timeout, int) and timeout > 0 else DEFAULT_TIMEOUT


class _Met:
    """Which of the conditions an occurrence meets."""

    def __init__(self, conditions: Sequence[Mapping[str, Any]]) -> None:
        self._conditions = conditions

    def __call__(self, occurrence: Occurrence) -> frozenset[int]:
        return frozenset(
            number
            for number, one in enumerate(self._conditions)
            if extensions.condition(one, occurrence).holds
        )
