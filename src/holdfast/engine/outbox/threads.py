"""One message for one cause: what is told, what is kept back, and what is not."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from holdfast.model import Notice
from holdfast.ports import Thread


@dataclass(frozen=True, slots=True)
class Told:
    """How a thread stands after a notice, and whether its channel is told of it."""

    thread: Thread
    tell: bool = False
    hold: bool = False
    """To be kept, and told at ``thread.due`` if it is still open then."""


def opened(
    channel: str,
    seen: Thread | None,
    notice: Notice,
    words: Collection[str],
    now: datetime,
    quiet: timedelta,
) -> Told:
    """
    A cause opens, or happens once more.

    While it is open nobody is told again. When it was over for less than ``quiet``, it
    is told only if it is still open after that: what comes and goes is told once.
    """
    if seen is not None and seen.open:
        return Told(replace(seen, count=seen.count + 1))
    wanted = notice.happened in words
    fresh = Thread(channel, notice.causes[0], open=True, told=wanted, opened=now)
    since = seen.closed if seen is not None else None
    if not wanted or since is None or now >= since + quiet:
        return Told(fresh, tell=wanted)
    held = replace(fresh, told=False, closed=since, due=since + quiet)
    return Told(held, hold=True)


def closed(seen: Thread, notice: Notice, words: Collection[str], now: datetime) -> Told:
    """
    A cause is over: who was told that it is open is told, and who wants to hear of ends.

    What was kept back is not told at all, and counts as over since it last was.
    """
    if not seen.open:
        return Told(seen)
    if seen.due is not None:
        return Told(replace(seen, open=False, due=None, held={}))
    over = replace(seen, open=False, closed=now)
    return Told(over, tell=seen.told or notice.happened in words)


def taken_up(seen: Thread, notice: Notice) -> Told:
    """Somebody is at it; who keeps incidents is told, the others when it is over."""
    if not seen.open:
        return Told(seen)
    return Told(replace(seen, note=notice.title), tell=seen.told)
