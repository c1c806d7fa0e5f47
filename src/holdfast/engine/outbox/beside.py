"""What people may have to know that belongs to no run: pages, schedules, drift."""

from collections.abc import Callable, Mapping

from holdfast.engine.outbox.events import addresses
from holdfast.engine.outbox.noticed import Body, noticed, sentence
from holdfast.engine.outbox.subject import About
from holdfast.model import Entry, Event, Notice, Phase

_MOST = 50
"""So many things are named."""


# --- pages ---------------------------------------------------------------------------


def _page(entry: Entry, of: About, body: Body) -> Notice:
    """The owner of a rule is needed; what for is the word that is told."""
    action, until = str(body["action"]), str(body["until"])[:16]
    title, severity = _PAGES[action]
    place = ", ".join(of.environments)
    words = {"rule": of.workflow, "target": of.subject or "anything", "place": place}
    cause = _CAUSES[action].format(file=of.file, target=of.subject, place=place)
    again = f" Not before {until}Z." if until else ""
    again += _DISTRUSTED if body.get("distrusted") else ""
    return noticed(
        entry,
        of,
        action,
        Phase.ONCE if action == "budget-spent" else Phase.OPENED,
        cause,
        title=title.format_map(words),
        text=f"{sentence(body['reason'])}{again}",
        command=str(body["next"]),
        path="/rules",
        severity=severity,
        why=str(body["reason"]),
    )


_DISTRUSTED = (
    " It has lost trust with that: on any target it proposes and waits for a yes."
)

_PAGES: Mapping[str, tuple[str, str]] = {
    "breaker-opened": ("{rule} does not try again on {target}", "critical"),
    "budget-spent": ("{rule} touches no more of {place} for now", "critical"),
    "trust-lost": ("{rule} does not act by itself any more", "error"),
}
"""The title of each sort of page, and how grave it is."""

_CAUSES: Mapping[str, str] = {
    "breaker-opened": "breaker/{file}/{target}",
    "budget-spent": "budget/{file}/{place}",
    "trust-lost": "trust/{file}",
}


def _closed(entry: Entry, of: About, body: Body) -> Notice:
    return noticed(
        entry,
        of,
        "recovered",
        Phase.CLOSED,
        f"breaker/{of.file}/{of.subject}",
        opening="breaker-opened",
        title=f"{entry.actor} lets {of.workflow} try again on {of.subject}",
        text=sentence(body["why"]),
        path="/rules",
        why=str(body["why"]),
    )


def _trusted(entry: Entry, of: About, body: Body) -> Notice:
    return noticed(
        entry,
        of,
        "recovered",
        Phase.CLOSED,
        f"trust/{of.file}",
        opening="trust-lost",
        title=f"{entry.actor} lets {of.workflow} act by itself again",
        text=sentence(body["why"]),
        path="/rules",
        why=str(body["why"]),
    )


# --- schedules -----------------------------------------------------------------------


def _missed(entry: Entry, of: About, body: Body) -> Notice:
    count, at = int(body.get("count", 1)), str(body.get("moment", ""))
    more = f" and {count - 1} times before" if count > 1 else ""
    return noticed(
        entry,
        of,
        "missed-schedule",
        Phase.ONCE,
        f"missed/{of.file}/{body.get('schedule', '')}/{at}",
        title=f"{of.file} was not started at {at[:16]}Z{more}",
        text=f"{sentence(body.get('reason'))} Somebody has to say what becomes of it.",
        command="holdfast event missed",
        severity="warning",
    )


# --- drift ---------------------------------------------------------------------------


def _drift(entry: Entry, of: About, body: Body) -> Notice:
    config, place = str(body["config"]), str(body["environment"])
    cause, count = f"drift/{of.subject}", int(body["count"])
    if body["action"] == "resolved":
        return noticed(
            entry,
            of,
            "recovered",
            Phase.CLOSED,
            cause,
            opening="drift",
            title=f"Nothing of {config} has drifted in {place} any more",
        )
    named = addresses(body)[:_MOST]
    more = f" and {count - len(named)} more" if count > len(named) else ""
    things = "1 thing is" if count == 1 else f"{count} things are"
    return noticed(
        entry,
        of,
        "drift",
        Phase.OPENED,
        cause,
        title=f"{things} not as left in {place}, of {config}",
        text=f"{', '.join(named)}{more}.",
        command="holdfast drift",
        severity="warning",
    )


READS: Mapping[Event, Callable[[Entry, About, Body], Notice]] = {
    Event.PAGED: _page,
    Event.BREAKER_CLOSED: _closed,
    Event.TRUST_GIVEN: _trusted,
    Event.SCHEDULE_MISSED: _missed,
    Event.DRIFT_FOUND: _drift,
}
"""What is to be known of each sort of entry."""
