"""Whether enough people said yes, to this plan, in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.gate.rules import Approval, Approve, GateFacts
from holdfast.gate.wording import brief, counted
from holdfast.model import Objection
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Need:
    """An approval that a rule wants, and what it is about."""

    rule: str
    reason: str
    approve: Approve


@dataclass(frozen=True, slots=True)
class Counted:
    """The approvals that count, one a person, and why others do not."""

    valid: tuple[Approval, ...]
    void: tuple[str, ...]

    def expires(self, need: Approve) -> datetime | None:
        """When the requirement is no longer met, if ever."""
        if need.within is None or len(self.valid) < need.persons:
            return None
        newest = sorted((approval.at for approval in self.valid), reverse=True)
        return newest[need.persons - 1] + need.within


def count(need: Approve, digest: str, facts: GateFacts) -> Counted:
    """Sort the approvals that were given by whether they count for a requirement."""
    valid: dict[str, Approval] = {}
    void: list[str] = []
    for approval in sorted(facts.approvals, key=lambda given: given.at):
        why_not = _why_not(need, approval, digest, facts)
        if why_not:
            void.append(f"{approval.who} {why_not}")
        else:
            valid[_person(approval.who)] = approval
    return Counted(tuple(valid.values()), tuple(dict.fromkeys(void)))


def against(need: Need, digest: str, facts: GateFacts) -> Objection | None:
    """A no that says how many approvals are missing and from whom, else ``None``."""
    approve = need.approve
    now = count(approve, digest, facts)
    missing = approve.persons - len(now.valid)
    if missing <= 0:
        return None
    return Objection(
        need.rule,
        Problem(
            code="gate.needs-approval",
            summary=brief(f"{counted(missing, 'approval')} missing: {need.reason}"),
            detail=_detail(approve, now),
            next_step=f"Ask {_whom(approve)} to approve exactly this plan: {digest}",
        ),
        needs=approve.by,
        count=missing,
        not_author=approve.not_author,
    )


def _why_not(need: Approve, approval: Approval, digest: str, facts: GateFacts) -> str:
    """Why an approval does not count; empty when it does."""
    author = facts.author or facts.actor
    reasons = (
        (not _person(approval.who), "is nobody"),
        (approval.digest != digest, "approved another plan"),
        (need.not_author and _person(approval.who) == _person(author), "is its author"),
        (not _may(need.by, approval), "is not among those who may approve"),
        (not _in_time(need, approval, facts), "did not approve in time"),
    )
    return next((text for is_so, text in reasons if is_so), "")


def _may(by: Sequence[str], approval: Approval) -> bool:
    return not by or not {approval.who, *approval.teams}.isdisjoint(by)


def _in_time(need: Approve, approval: Approval, facts: GateFacts) -> bool:
    if approval.at > facts.now:
        return False
    if need.within is None:
        return True
    came_late = facts.asked is not None and approval.at > facts.asked + need.within
    return not came_late and facts.now <= approval.at + need.within


def _person(name: str) -> str:
    """One person, however the name is written."""
    return name.strip().casefold()


def _whom(need: Approve) -> str:
    return " or ".join(need.by) or "somebody"


def _detail(need: Approve, now: Counted) -> str:
    author = ", who is not its author" if need.not_author else ""
    within = f", within {need.within}" if need.within else ""
    wanted = f"Wanted: {need.persons} of {_whom(need)}{author}{within}."
    given = ", ".join(approval.who for approval in now.valid) or "nobody"
    void = f" Does not count: {'; '.join(now.void)}." if now.void else ""
    return f"{wanted} So far: {given}.{void} Nothing was changed."
