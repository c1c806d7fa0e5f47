"""Whether now is a good time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from holdfast.gate.rules import Freeze, Gates
from holdfast.gate.touched import Touched
from holdfast.gate.windows import Window, is_open, next_closing, next_opening
from holdfast.gate.wording import brief, listed, moment
from holdfast.model import Objection, Target
from holdfast.problems import Problem


def against_windows(
    environment: str, windows: Sequence[Window], now: datetime
) -> Iterator[Objection]:
    """A no when an environment has windows and none is open."""
    if not windows or is_open(windows, now):
        return
    opening = next_opening(windows, now)
    zone = windows[0].zone
    if opening:
        next_step = f"Apply it from {moment(opening, zone)} on."
    else:
        next_step = "Correct the windows in holdfast.yaml: these never open."
    yield Objection(
        f"{environment}: windows",
        Problem(
            code="gate.outside-window",
            summary=brief(f"{environment} is not open for changes now"),
            detail=(
                f"It is {moment(now, zone)}; changes are allowed "
                f"{'; '.join(window.text for window in windows)}. Nothing was changed."
            ),
            next_step=next_step,
        ),
        until=opening,
    )


def against_freezes(
    freezes: Sequence[tuple[str, Freeze]], touched: Touched, now: datetime
) -> Iterator[Objection]:
    """A no for every freeze that is on and covers a host that is touched."""
    for rule, freeze in freezes:
        met = _met(freeze, touched)
        if met and freeze.holds(now):
            yield _frozen(rule, freeze, met, now)


def freezes_of(
    gates: Sequence[tuple[str, Gates]], everywhere: Sequence[Freeze]
) -> list[tuple[str, Freeze]]:
    """Every freeze that could apply, with the name of its rule."""
    own = [
        (f"{environment}: freeze {freeze.reason}", _within(freeze, environment))
        for environment, gate in gates
        for freeze in gate.freezes
    ]
    return own + [(f"freeze {freeze.reason}", freeze) for freeze in everywhere]


def next_turn(
    windows: Sequence[Sequence[Window]],
    freezes: Sequence[tuple[str, Freeze]],
    touched: Touched,
    now: datetime,
) -> datetime | None:
    """When the earliest window closes or freeze begins: a yes lasts no longer."""
    turns = [next_closing(every, now) for every in windows if every]
    turns += [_begins(f, now) for _, f in freezes if _met(f, touched)]
    return min((turn for turn in turns if turn is not None), default=None)


def _within(freeze: Freeze, environment: str) -> Freeze:
    """A freeze that an environment declares is about that environment alone."""
    return Freeze(
        freeze.reason,
        freeze.start,
        freeze.end,
        freeze.window,
        (environment,),
        freeze.groups,
    )


def _met(freeze: Freeze, touched: Touched) -> list[Target]:
    """The hosts that are touched and covered, each once."""
    every = {
        (target.environment, target.name): target
        for target in map(touched.target_of, touched.plan.changes)
    }
    return [target for target in every.values() if freeze.covers(target)]


def _frozen(
    rule: str, freeze: Freeze, met: Sequence[Target], now: datetime
) -> Objection:
    end = _ends(freeze, now)
    zone = freeze.window.zone if freeze.window else ""
    until = f"until {moment(end, zone)}" if end else "with no end"
    names = listed(target.name or target.environment for target in met)
    return Objection(
        rule,
        Problem(
            code="gate.frozen",
            summary=brief(f"Changes are frozen: {freeze.reason}"),
            detail=f"This is about {names}, {until}. Nothing was changed.",
            next_step=(
                f"Apply it from {moment(end, zone)} on."
                if end
                else "Take the freeze out of holdfast.yaml when it is over."
            ),
        ),
        until=end,
    )


def _ends(freeze: Freeze, now: datetime) -> datetime | None:
    closing = next_closing([freeze.window], now) if freeze.window else None
    ends = [end for end in (closing, freeze.end) if end is not None]
    return min(ends).astimezone(UTC) if ends else None


def _begins(freeze: Freeze, now: datetime) -> datetime | None:
    """When a freeze that is not on begins, as far as can be seen."""
    if freeze.end is not None and freeze.end <= now:
        return None
    start = max(freeze.start, now) if freeze.start else now
    if freeze.window is None or freeze.window.is_open(start):
        return start if start > now else None
    return next_opening([freeze.window], start)
