"""Telling the owner of a rule that it needs a person: an event of our own."""

from dataclasses import dataclass
from datetime import datetime

from holdfast.engine.journal import moment
from holdfast.engine.reacting.causes import OURS
from holdfast.model import Attributes, Entry, Event, Occurrence, occurrence_id
from holdfast.ports import EventTransaction, RunTransaction

PAGE = "page"
"""The type of an event that asks for a person: what sends messages waits for it."""


@dataclass(frozen=True, slots=True)
class Page:
    """
    A person of ``owner`` is needed for ``rule``, because of ``why``.

    ``action`` is what happened (``breaker-opened``, ``budget-spent``, ``trust-lost``),
    ``target`` the host it is about, ``until`` when the rule tries again by itself. Two
    with the same ``cause`` are one.
    """

    owner: str
    rule: str
    action: str
    why: str
    target: str = ""
    cause: str = ""
    until: datetime | None = None


def page(
    runs: RunTransaction, events: EventTransaction, asked: Page, now: datetime
) -> Occurrence | None:
    """
    Keep a page as an event of source ``holdfast`` and type ``page``, and in the ledger.

    Both are on disk when the transaction is. ``None`` when it was kept before.
    """
    delivery = f"{PAGE} {asked.action} {asked.rule} {asked.target} {asked.cause}"
    data: Attributes = {
        "owner": asked.owner,
        "rule": asked.rule,
        "target": asked.target,
        "why": asked.why,
        "until": moment(asked.until) if asked.until else "",
    }
    told = Occurrence(
        id=occurrence_id(OURS, delivery),
        source=OURS,
        type=PAGE,
        at=now,
        delivery=delivery,
        action=asked.action,
        subject=asked.rule,
        data=dict(data),
    )
    kept = events.take([told])
    if not kept:
        return None
    body = {**data, "action": asked.action, "event": told.id}
    runs.append([Entry(event=Event.PAGED, actor=OURS, at=moment(now), body=body)])
    return kept[0]
