"""Rules from plain values, as YAML gives them. What cannot be read becomes a no."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from holdfast.gate.rules import Approve, Freeze, Gates, Limits, Policy, Rules
from holdfast.gate.windows import Window, is_zone, parse_window
from holdfast.problems import Problem

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
_DURATION = re.compile(r"(?:[0-9]{1,6}[smhdw])+")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ALL = 100

_T = TypeVar("_T")


class _Unreadable(Exception):  # noqa: N818 - it carries a problem, it is none
    """A problem on its way up to the rule it belongs to."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def rules_from(
    gates: Mapping[str, object],
    policies: Iterable[object] = (),
    freezes: Iterable[object] = (),
    zone: str = "UTC",
) -> Rules:
    """
    Every rule of a project.

    ``gates`` are by environment, ``None`` or empty for one without any. Never raises: a
    rule that cannot be read is kept in ``unreadable``, where it is a no to every plan.
    """
    lost: list[Problem] = []
    made = {name: _kept(_gates, plain, lost) for name, plain in gates.items()}
    every = [_kept(_policy, plain, lost) for plain in policies]
    frozen = [_kept(_freeze, plain, lost) for plain in freezes]
    if not is_zone(zone):
        lost.append(_problem("zone", zone, "an IANA time zone like Europe/Berlin"))
        zone = "UTC"
    return Rules(
        gates={name: gate or Gates() for name, gate in made.items()},
        policies=tuple(policy for policy in every if policy),
        freezes=tuple(freeze for freeze in frozen if freeze),
        zone=zone,
        unreadable=tuple(lost),
    )


def parse_gates(plain: object) -> Gates | Problem:
    """An environment's ``gates:``, with ``approve windows freezes limits``."""
    return _tried(_gates, plain)


def parse_policy(plain: object) -> Policy | Problem:
    """A policy: ``name``, ``when``, and ``deny`` or ``need: {approve: ...}``."""
    return _tried(_policy, plain)


def parse_approve(plain: object) -> Approve | Problem:
    """``{by: [sre], count: 1, not: author, within: 4h}``."""
    return _tried(_approve, plain)


def parse_share(plain: object) -> Fraction | Problem:
    """``30%``, or 30 for the same, as a part of one."""
    return _tried(_share, plain)


def _tried(read: Callable[[object], _T], plain: object) -> _T | Problem:
    try:
        return read(plain)
    except _Unreadable as unreadable:
        return unreadable.problem


def _kept(
    read: Callable[[object], _T], plain: object, lost: list[Problem]
) -> _T | None:
    try:
        return read(plain)
    except _Unreadable as unreadable:
        lost.append(unreadable.problem)
        return None


# --- one reader for each thing --------------------------------------------------------


def _gates(plain: object) -> Gates:
    told = _mapping("gates", plain, ("approve", "windows", "freezes", "limits"))
    approve = told.get("approve")
    return Gates(
        approve=None if approve is None else _approve(approve),
        windows=tuple(_window(w) for w in _listed("windows", told.get("windows"))),
        freezes=tuple(_freeze(f) for f in _listed("freezes", told.get("freezes"))),
        limits=_limits(told.get("limits")),
    )


def _policy(plain: object) -> Policy:
    told = _mapping("policy", plain, ("name", "when", "deny", "need"))
    need = told.get("need")
    if need is not None:
        need = _mapping("need", need, ("approve",)).get("approve") or {}
    when = told.get("when")
    return Policy(
        name=_text("name", told.get("name")),
        when=str(when).lower() if isinstance(when, bool) else _text("when", when),
        deny=_text("deny", told.get("deny") or ""),
        need=None if need is None else _approve(need),
    )


def _approve(plain: object) -> Approve:
    told = _mapping("approve", plain, ("by", "count", "not", "within"))
    excluded = told.get("not")
    if excluded not in {None, "author"}:
        raise _unreadable("not", excluded, "author")
    count = told.get("count")
    within = told.get("within")
    return Approve(
        by=tuple(_text("by", name) for name in _listed("by", told.get("by"))),
        count=1 if count is None else _whole("count", count, 1),
        not_author=excluded == "author",
        within=None if within is None else _duration(within),
    )


def _limits(plain: object) -> Limits:
    known = ("max_targets", "max_share", "max_delete_share", "max_fail_percentage")
    told = _mapping("limits", plain, known)
    targets, share = told.get("max_targets"), told.get("max_share")
    deletes = told.get("max_delete_share")
    return Limits(
        max_targets=None if targets is None else _whole("max_targets", targets, 0),
        max_share=None if share is None else _share(share),
        max_delete_share=None if deletes is None else _share(deletes),
    )


def _freeze(plain: object) -> Freeze:
    known = ("from", "to", "window", "reason", "environments", "groups")
    told = _mapping("freeze", plain, known)
    start, end, window = told.get("from"), told.get("to"), told.get("window")
    if start is None and end is None and window is None:
        raise _unreadable("freeze", plain, "`from` and `to`, or `window`")
    freeze = Freeze(
        reason=_text("reason", told.get("reason") or "no reason given"),
        start=None if start is None else _moment(start, is_end=False),
        end=None if end is None else _moment(end, is_end=True),
        window=None if window is None else _window(window),
        environments=_names("environments", told),
        groups=_names("groups", told),
    )
    if freeze.start and freeze.end and freeze.end <= freeze.start:
        raise _unreadable("to", end, f"a moment after {start}")
    return freeze


def _window(plain: object) -> Window:
    window = parse_window(_text("windows", plain))
    if isinstance(window, Problem):
        raise _Unreadable(window)
    return window


def _share(plain: object) -> Fraction:
    match = _SHARE.fullmatch(plain) if isinstance(plain, str) else None
    if match:
        share = Fraction(match[1]) / _ALL
    elif isinstance(plain, int) and not isinstance(plain, bool):
        share = Fraction(plain, _ALL)
    else:
        raise _unreadable("share", plain, "a share from 0% to 100%")
    if not 0 <= share <= 1:
        raise _unreadable("share", plain, "a share from 0% to 100%")
    return share


def _duration(plain: object) -> timedelta:
    if isinstance(plain, timedelta) and plain > timedelta(0):
        return plain
    if isinstance(plain, str) and _DURATION.fullmatch(plain):
        parts = re.findall(r"([0-9]+)([smhdw])", plain)
        lasts = sum((_one(int(n), unit) for n, unit in parts), timedelta(0))
        if lasts > timedelta(0):
            return lasts
    raise _unreadable("within", plain, "a duration like 30m, 4h or 1h30m")


def _one(number: int, unit: str) -> timedelta:
    return timedelta(**{_UNITS[unit]: number})


def _moment(plain: object, *, is_end: bool) -> datetime:
    """A moment in UTC; a day is its first moment, as an end the first one after it."""
    text = plain.isoformat() if isinstance(plain, datetime) else plain
    words = text.split() if isinstance(text, str) else []
    zone = words.pop() if len(words) > 1 and is_zone(words[-1]) else ""
    read = _iso(words)
    if read is None or (read.tzinfo is None) is not bool(zone):
        wanted = "a moment like 2026-12-20T18:00+01:00 or 2026-12-20 Europe/Berlin"
        raise _unreadable("freeze", plain, wanted)
    if is_end and _DAY.fullmatch(words[-1]):
        read += timedelta(days=1)
    return (read.replace(tzinfo=ZoneInfo(zone)) if zone else read).astimezone(UTC)


def _iso(words: Sequence[str]) -> datetime | None:
    try:
        return datetime.fromisoformat(" ".join(words))
    except ValueError:
        return None


# --- plain values ------------------------------------------------------------------


def _mapping(what: str, plain: object, known: Sequence[str]) -> Mapping[str, object]:
    if plain is None:
        return {}
    if not isinstance(plain, Mapping):
        raise _unreadable(what, plain, f"a mapping with {', '.join(known)}")
    for key in plain:
        if key not in known:
            raise _unreadable(what, key, f"one of {', '.join(known)}")
    return plain


def _listed(what: str, plain: object) -> Sequence[object]:
    if plain is None:
        return ()
    if isinstance(plain, str):
        return (plain,)
    if isinstance(plain, (list, tuple)):
        return plain
    raise _unreadable(what, plain, "a list")


def _names(what: str, told: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(_text(what, name) for name in _listed(what, told.get(what)))


def _text(what: str, plain: object) -> str:
    if not isinstance(plain, str):
        raise _unreadable(what, plain, "a text")
    return plain


def _whole(what: str, plain: object, least: int) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool) or plain < least:
        raise _unreadable(what, plain, f"a whole number from {least}")
    return plain


def _unreadable(what: str, seen: object, wanted: str) -> _Unreadable:
    return _Unreadable(_problem(what, seen, wanted))


def _problem(what: str, seen: object, wanted: str) -> Problem:
    return Problem(
        code="gate.rule-unreadable",
        summary=f"A rule of the gate cannot be read: {what}"[:72],
        detail=(
            f"It says {str(seen)[:200]!r}, wanted is {wanted}. A rule that cannot be "
            "read is a no. Nothing was changed."
        ),
        next_step=f"Correct `{what}`, then look at it with: holdfast check",
    )
