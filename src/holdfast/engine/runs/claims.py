"""Which claims a job needs, and whether they are free. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from holdfast.model import Claim

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
"""Claims of runs end with them, not by themselves."""

_SHARED = "#"


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
        key, shared, _ = claim.key.partition(_SHARED)
        both_share = bool(shared) and wanted.shared
        if key == wanted.key and claim.holder != wanted.holder and not both_share:
            return Taken(wanted, claim)
    return None


def taken(wanted: Sequence[Wanted], run: str, why: str, now: datetime) -> list[Claim]:
    """The claims themselves; a shared one has its holder in its key."""
    return [
        Claim(
            key=f"{one.key}{_SHARED}{one.holder}" if one.shared else one.key,
            holder=one.holder,
            why=why,
            since=now,
            until=ALWAYS,
            token=0,
            run=run,
        )
        for one in wanted
    ]
