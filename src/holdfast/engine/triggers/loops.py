"""Automation that sets itself off: found by asking what caused what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.engine.triggers.correlate import target_of
from holdfast.engine.triggers.decision import after
from holdfast.model import Occurrence

DEEPEST = 8
"""A chain of more runs than this, each set off by the one before, is stopped."""

SOON = 600
"""Seconds in which trouble on a target is thought to come from a change to it."""


@dataclass(frozen=True, slots=True)
class Link:
    """
    A run that caused an occurrence.

    ``certain`` when the run itself says so (it raised the event, pushed the commit);
    otherwise it only changed the same target shortly before.
    """

    run: str
    workflow: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a run changed."""

    run: str
    workflow: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Loop:
    """Why a run is not started, and the chain that shows it, newest cause first."""

    reason: str
    chain: tuple[Link, ...]


def chain_of(
    occurrence: str, causes: Mapping[str, Link], started_by: Mapping[str, str]
) -> tuple[Link, ...]:
    """
    The runs that led to an occurrence, newest first.

    ``causes`` has the run that caused an occurrence by the occurrence's id,
    ``started_by`` the occurrence that started a run by the run's. A run met again ends it.
    """
    found: list[Link] = []
    seen: set[str] = set()
    while (link := causes.get(occurrence)) is not None:
        found.append(link)
        if link.run in seen or link.run not in started_by:
            break
        seen.add(link.run)
        occurrence = started_by[link.run]
    return tuple(found)


def loop(workflow: str, chain: Sequence[Link], deepest: int = DEEPEST) -> Loop | None:
    """
    Whether starting a workflow now would close a loop, ``None`` when it would not.

    A workflow that is tried again because the trouble it answered came back is no loop
    as long as nobody is certain that the run made the trouble: the breaker counts those.
    """
    runs = [link.run for link in chain]
    if len(set(runs)) < len(runs):
        return Loop("a run leads back to itself", tuple(chain))
    for number, link in enumerate(chain):
        if link.workflow == workflow and (number > 0 or link.certain):
            return Loop(_way(workflow, chain[: number + 1]), tuple(chain))
    if len(chain) > deepest:
        reason = f"{len(chain)} runs have set each other off, {deepest} may"
        return Loop(reason, tuple(chain))
    return None


def likely_cause(occurrence: Occurrence, effects: Sequence[Effect]) -> Link | None:
    """The last run that changed what an occurrence is about, if that was just before."""
    target = target_of(occurrence)
    near = [
        effect
        for effect in effects
        if effect.target == target
        and effect.at <= occurrence.at < after(effect.at, SOON)
    ]
    if not near:
        return None
    last = max(near, key=lambda effect: effect.at)
    return Link(last.run, last.workflow, certain=False)


def _way(workflow: str, chain: Sequence[Link]) -> str:
    back = [f"{link.workflow} ({link.run})" for link in reversed(chain)]
    return f"it sets itself off: {' -> '.join([*back, workflow])}"
