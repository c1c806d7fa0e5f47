"""A workflow's answers to a stream of occurrences, live or looked back at."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from holdfast.declare import Storm, Trigger, Workflow
from holdfast.engine.triggers import storm
from holdfast.engine.triggers.correlate import group_of, is_correlated, rule_of
from holdfast.engine.triggers.decision import Decision, History, compact
from holdfast.engine.triggers.matching import closed, starting
from holdfast.engine.triggers.storm import Rule
from holdfast.model import Occurrence


@dataclass(frozen=True, slots=True)
class Concern:
    """
    That an occurrence concerns a workflow, and with which others it is counted.

    Decisions are made over the history of one ``key``, with one ``rule``.
    """

    key: str
    rule: Rule
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Reaction:
    """One decision, and the key in whose history it belongs."""

    key: str
    decision: Decision


def concern(
    workflow: Workflow, occurrence: Occurrence, *, repository: str = ""
) -> Concern | None:
    """
    Whether an occurrence fits a trigger, or ends an alert that did; ``None`` else.

    What people and schedules start concerns nobody here: it is not held back.
    """
    trigger = starting(workflow, occurrence, repository=repository)
    trigger = trigger or closed(workflow, occurrence)
    if trigger is None:
        return None
    limits = workflow.limits or Storm()
    key = group_of(limits.per, occurrence)
    if is_correlated(trigger):
        key = f"{workflow.triggers.index(trigger)}/{key}"
    return Concern(key, rule_of(workflow.limits, trigger), trigger)


def react(concerned: Concern, history: History, now: datetime) -> tuple[Reaction, ...]:
    """What is to be decided now over the history of one key."""
    found = storm.decide(concerned.rule, history, now)
    return tuple(Reaction(concerned.key, decision) for decision in found)


def backtest(
    workflow: Workflow,
    occurrences: Iterable[Occurrence],
    now: datetime,
    *,
    repository: str = "",
) -> tuple[Reaction, ...]:
    """
    What a workflow would have answered to a stored stream up to ``now``.

    For each key these are, in order and in every part, the answers that were or would
    have been given live, however late or early anybody asked. Sorted by moment.
    """
    histories: dict[str, tuple[Occurrence | Decision, ...]] = defaultdict(tuple)
    rules: dict[str, Concern] = {}
    made: list[Reaction] = []
    for occurrence in occurrences:
        found = concern(workflow, occurrence, repository=repository)
        if found is None:
            continue
        rules[found.key] = found
        history = (*histories[found.key], occurrence)
        said = react(found, history, occurrence.at)
        made += said
        histories[found.key] = compact((*history, *(one.decision for one in said)))
    made += _ends(histories, rules, now)
    return tuple(sorted(made, key=lambda reaction: reaction.decision.at))


def _ends(
    histories: dict[str, tuple[Occurrence | Decision, ...]],
    rules: dict[str, Concern],
    now: datetime,
) -> Iterator[Reaction]:
    for key, history in histories.items():
        yield from react(rules[key], history, now)
