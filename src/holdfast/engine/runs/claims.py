"""Which claims a job needs, and whether they are free. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from holdfast.model import Claim, RunView, shared_key

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
"""Claims of runs and jobs end with them, not by themselves."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One claim with its key worked out."""

    key: str
    holder: str
    shared: bool
    otherwise: Literal["wait", "skip", "fail"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim that is in the way."""

    wanted: Wanted
    by: Claim

    @property
    def why(self) -> str:
        """What, whose, since when, and who can end it."""
        by, key = self.by, self.wanted.key
        since = by.since.strftime("%Y-%m-%d %H:%M")
        if by.run:
            ends = f"it ends with {by.run}: holdfast status {by.run}"
        else:
            ends = f"{by.holder} can end it: holdfast claim {key} --release"
        who = by.run or by.holder
        return f"{key} is claimed by {who} since {since} UTC: {by.why}; {ends}"


def in_the_way(wanted: Wanted, held: Iterable[Claim]) -> Taken | None:
    """The first claim that keeps one from being taken."""
    for claim in held:
        both_share = claim.shared and wanted.shared
        if (
            claim.what == wanted.key
            and claim.holder != wanted.holder
            and not both_share
        ):
            return Taken(wanted, claim)
    return None


def holder_of(run: str, job: str) -> str:
    """Who holds what a job claims: it ends with the job, what its run claims with that."""
    return f"{run}/{job}"


def left_behind(held: Iterable[Claim], view: RunView) -> frozenset[str]:
    """Those whose claims are over: the jobs of a run that have ended."""
    ended = {holder_of(view.id, j.key) for j in view.jobs.values() if j.state.is_end}
    return frozenset(claim.holder for claim in held) & ended


def taken(wanted: Sequence[Wanted], run: str, why: str, now: datetime) -> list[Claim]:
    """The claims themselves; a shared one has its holder in its key."""
    return [
        Claim(
            key=shared_key(one.key, one.holder) if one.shared else one.key,
            holder=one.holder,
            why=why,
            since=now,
            until=ALWAYS,
            token=0,
            run=run,
        )
        for one in wanted
    ]
