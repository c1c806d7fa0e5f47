"""What the gate answers a job, and how objections become one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from holdfast import gate
from holdfast.model import Objection

LOOK_AGAIN = timedelta(seconds=5)
"""After this time a run asks again for a claim that was somebody's."""


@dataclass(frozen=True, slots=True)
class Open:
    """People have to be asked: the body of the entry that says so."""

    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """Before people are asked, its hosts are to be looked at: what would change there."""


@dataclass(frozen=True, slots=True)
class Pass:
    """It may; ``broken`` says who passed windows or freezes by breaking the glass."""

    by: tuple[str, ...] = ()
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; ``until`` is when it is to be asked again, if that is known."""

    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never: ``expired`` when silence was the answer."""

    why: str
    expired: bool = False


Answer = Open | Pass | Wait | Refuse


def is_for_good(objection: Objection) -> bool:
    """Whether neither time nor two people in an emergency lift it."""
    lifts = objection.problem.code in gate.GLASS_LIFTS
    return objection.until is None and not lifts


def until(flat: Sequence[Objection], now: datetime) -> datetime | None:
    """When to ask again; a claim may be given back at any moment."""
    moments = [o.until for o in flat if o.until is not None]
    if any(o.problem.code == "gate.claimed" for o in flat):
        moments.append(now + LOOK_AGAIN)
    return min(moments, default=None)


def because(objection: Objection) -> str:
    """What is in the way, since when, and who can take it away."""
    said = objection.problem
    detail = said.detail.removesuffix("Nothing was changed.").strip()
    return f"{said.summary}. {detail} {said.next_step}".strip()
