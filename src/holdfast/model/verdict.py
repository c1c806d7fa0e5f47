"""Answers: may this plan run, and did it work."""

from dataclasses import dataclass
from datetime import datetime

from holdfast.model.change import Change
from holdfast.model.plan import Plan
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Objection:
    """
    One reason why not, and what would lift it.

    ``needs`` is ``None`` for a flat no, otherwise who must approve (team or person
    names); ``count`` how many of them; ``until`` when the objection lifts by itself.
    """

    rule: str
    problem: Problem
    needs: tuple[str, ...] | None = None
    count: int = 1
    not_author: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The gate's answer for one exact plan; only ``gate`` makes these.

    ``warnings`` are what whoever approves should know; ``broken`` says who passed
    windows and freezes by breaking the glass, and why.
    """

    digest: str
    objections: tuple[Objection, ...] = ()
    approvals: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    expires: datetime | None = None
    warnings: tuple[str, ...] = ()
    broken: str = ""

    def allows(self, plan: Plan, now: datetime | None = None) -> bool:
        """Whether this is a yes, to this plan, and still in time."""
        in_time = self.expires is None or now is None or now <= self.expires
        return not self.objections and self.digest == plan.digest and in_time


@dataclass(frozen=True, slots=True)
class Proof:
    """
    What was seen afterwards.

    ``remaining`` are changes a second plan still wants, ``failed_checks`` the checks that
    did not pass, ``unknown`` what could not be looked at. Nothing of these: it held.
    """

    remaining: tuple[Change, ...] = ()
    failed_checks: tuple[Problem, ...] = ()
    unknown: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the world now is what was wanted, as far as could be seen."""
        return not (self.remaining or self.failed_checks or self.unknown)
