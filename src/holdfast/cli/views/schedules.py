"""Schedules, for people and for machines."""

from collections.abc import Iterable, Iterator, Sequence

from holdfast.cli.views.events import pause_data
from holdfast.model import Pause
from holdfast.model.moments import stamp
from holdfast.ports import ScheduleDesk, ScheduleRow

_PAGE = 500


def every(desk: ScheduleDesk, workflow: str) -> Iterator[ScheduleRow]:
    """All schedules of a desk, page by page."""
    after = ""
    while page := desk.schedules(workflow, _PAGE, after):
        yield from page
        after = page[-1].id


def schedule_data(row: ScheduleRow) -> dict[str, object]:
    """One schedule as it is in ``holdfast.schedules/1``."""
    return {
        "id": row.id,
        "workflow": row.workflow,
        "owner": row.owner,
        "cron": row.cron,
        "timezone": row.zone,
        "catch_up": row.catch_up,
        "overlap": row.overlap,
        "next": [stamp(at) for at in row.next],
        "running": list(row.running),
        "queued": row.queued,
        "asked": row.asked,
        "paused": pause_data(row.paused),
    }


def schedule_rows(rows: Sequence[ScheduleRow]) -> list[dict[str, object]]:
    """One line a schedule."""
    return [
        {
            "schedule": row.id,
            "workflow": row.workflow,
            "cron": f"{row.cron} {row.zone}",
            "next": stamp(row.next[0]) if row.next else "never",
            "state": _state(row),
        }
        for row in rows
    ]


def paused_lines(rows: Sequence[ScheduleRow]) -> Iterator[str]:
    """Who paused what, and how it is resumed."""
    for row in rows:
        if row.paused:
            resume = f"holdfast schedule resume {row.id} --why TEXT"
            yield f"* {row.id}: {_why(row.paused)}; {resume}"


def coming(rows: Iterable[ScheduleRow]) -> list[dict[str, object]]:
    """The moments of schedules in the order in which they come."""
    found = sorted((at, row.id, row) for row in rows for at in row.next)
    return [
        {
            "due": stamp(at),
            "schedule": name,
            "workflow": row.workflow,
            "starts": "no, paused" if row.paused and row.paused.holds(at) else "yes",
        }
        for at, name, row in found
    ]


def _state(row: ScheduleRow) -> str:
    if row.paused:
        until = row.paused.until
        return f"paused until {stamp(until)} *" if until else "paused *"
    words = [f"runs {', '.join(row.running)}"] if row.running else []
    words += [f"{row.queued} waits"] if row.queued else []
    words += [f"{row.asked} to decide"] if row.asked else []
    return ", ".join(words)


def _why(paused: Pause) -> str:
    return f"{paused.by} since {stamp(paused.since)}: {paused.why}"
