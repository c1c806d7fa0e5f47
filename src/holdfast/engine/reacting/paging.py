"""A page: the owner of a rule is told that it needs a person, once for each cause."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from holdfast.declare import Workflow
from holdfast.declare.project import OURS
from holdfast.engine.announcing import announce
from holdfast.engine.journal import moment
from holdfast.model import Attributes, Entry, Event, Occurrence
from holdfast.ports import EventTransaction, RunTransaction


@dataclass(frozen=True, slots=True)
class Page:
    """
    The owner of ``rule`` is needed, because of ``reason``.

    ``action`` is what happened: it stopped trying on ``target``, spent what it may touch
    of ``environment``, or lost the trust of acting by itself. ``until`` is when it goes
    on without anybody. ``distrusted``: it lost that trust with what happened.
    """

    rule: Workflow
    action: Literal["breaker-opened", "budget-spent", "trust-lost"]
    reason: str
    target: str = ""
    environment: str = ""
    until: datetime | None = None
    distrusted: bool = False

    @property
    def body(self) -> Attributes:
        """The page as its entry holds it; ``next`` is what can be typed."""
        return {
            "action": self.action,
            "owner": self.rule.owner,
            "workflow": self.rule.file,
            "name": self.rule.name,
            "target": self.target,
            "environment": self.environment,
            "reason": self.reason,
            "until": moment(self.until) if self.until else "",
            "next": f"holdfast rule show {shlex.quote(self.rule.name)}",
            **({"distrusted": True} if self.distrusted else {}),
        }


def page(
    runs: RunTransaction, events: EventTransaction, asked: Page, now: datetime
) -> Occurrence:
    """Page: an entry, and an event of source ``holdfast`` and type ``page``."""
    entry = Entry(Event.PAGED, actor=OURS, at=moment(now), body=asked.body)
    return announce(runs, events, entry)
