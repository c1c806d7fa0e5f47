"""From an entry of the ledger to what people may have to know of it."""

from collections.abc import Callable, Mapping

from holdfast.engine.outbox import beside
from holdfast.engine.outbox.noticed import Body, noticed, sentence
from holdfast.engine.outbox.subject import About
from holdfast.model import Entry, Event, Notice, Phase, State

_WELL = ("done", "interrupted")


def notice_of(entry: Entry, of: About) -> Notice | None:
    """What is to be known of an entry; ``None`` when it is nothing for people."""
    reads = _READS.get(entry.event)
    return reads(entry, of, entry.body) if reads else None


# --- gates ---------------------------------------------------------------------------


def _gate(entry: Entry, of: About, body: Body) -> Notice:
    job, digest = str(body["job"]), str(body["digest"])
    who = ", ".join(body.get("needs") or ()) or "anybody"
    until = f", until {body['expires'][:16]}Z" if body.get("expires") else ""
    count = int(body.get("count", 1))
    wanted = f"{count} of {who}" if count > 1 else who
    said = sentence(body.get("message"))
    return noticed(
        entry,
        of,
        "gate-opened",
        Phase.OPENED,
        f"gate/{entry.run}/{job}/{digest}",
        title=f"{entry.run} of {of.workflow}: {job} waits for a yes",
        text=f"{said} A yes is wanted of {wanted}{until}. It is for exactly {digest[:19]}.",
        replaces=f"gate/{entry.run}/{job}/",
        command=f'holdfast approve {entry.run} {job} --digest {digest} --why "..."',
        severity="warning",
    )


def _approved(entry: Entry, of: About, body: Body) -> Notice:
    return _said(entry, of, body, Phase.TAKEN_UP, "yes")


def _rejected(entry: Entry, of: About, body: Body) -> Notice:
    return _said(entry, of, body, Phase.CLOSED, "no")


def _said(entry: Entry, of: About, body: Body, phase: Phase, word: str) -> Notice:
    job = str(body["job"])
    return noticed(
        entry,
        of,
        "decided",
        phase,
        f"gate/{entry.run}/{job}/{body['digest']}",
        opening="gate-opened",
        title=f"{entry.run} of {of.workflow}: {entry.actor} said {word} to {job}",
        text=f"The reason: {body.get('why', '')}",
        why=str(body.get("why", "")),
    )


def _passed(entry: Entry, of: About, body: Body) -> Notice:
    """A job that moves on does not wait for anybody any more."""
    job, state = str(body["job"]), str(body.get("state", ""))
    gate = f"gate/{entry.run}/{job}/"
    if state == State.EXPIRED.value:
        return noticed(
            entry,
            of,
            "expired",
            Phase.CLOSED,
            gate,
            opening="gate-opened",
            title=f"{entry.run} of {of.workflow}: nobody decided about {job} in time",
            text="Silence is a no. To try again, start another run.",
            severity="warning",
            why=str(body.get("why", "")),
        )
    ended = entry.event is Event.JOB_ENDED
    causes = (gate, f"doubt/{entry.run}/{job}/") if ended else (gate,)
    return noticed(
        entry,
        of,
        "decided",
        Phase.CLOSED,
        *causes,
        opening="gate-opened",
        title=f"{entry.run} of {of.workflow}: {job} waits for nobody any more",
        text=f"It ended: {state}." if ended else "It goes on.",
    )


# --- doubts --------------------------------------------------------------------------


def _doubt(entry: Entry, of: About, body: Body) -> Notice:
    job = str(body["job"])
    return noticed(
        entry,
        of,
        "in-doubt",
        Phase.OPENED,
        f"doubt/{entry.run}/{job}/{body['step']}",
        title=f"{entry.run} of {of.workflow}: {job} is in doubt",
        text=f"{sentence(body.get('question'))} Look, then say so.",
        command=f"holdfast resolve {entry.run} {job} --as made|not-made|failed",
        severity="error",
    )


def _answered(entry: Entry, of: About, body: Body) -> Notice:
    job = str(body["job"])
    return noticed(
        entry,
        of,
        "answered",
        Phase.CLOSED,
        f"doubt/{entry.run}/{job}/{body['step']}",
        opening="in-doubt",
        title=f"{entry.run} of {of.workflow}: {job} is no longer in doubt",
        text=f"{entry.actor} says it was {body.get('answer', '')}.",
    )


def _doubtful(entry: Entry, of: About, _body: Body) -> Notice:
    return noticed(
        entry,
        of,
        "in-doubt",
        Phase.OPENED,
        f"doubt/{entry.run}",
        title=f"{entry.run} was cut off: {entry.address} is in doubt",
        text="Nobody knows whether it was made. Look, then say so.",
        command=f"holdfast resolve {entry.run} '{entry.address}' --as made|not-made",
        severity="error",
    )


def _resolved(entry: Entry, of: About, _body: Body) -> Notice:
    return noticed(
        entry,
        of,
        "answered",
        Phase.CLOSED,
        f"doubt/{entry.run}",
        opening="in-doubt",
        title=f"{entry.run}: nothing is in doubt any more",
        text=f"{entry.address} was {entry.body.get('as', '')}.",
    )


# --- ends ----------------------------------------------------------------------------


def _finished(entry: Entry, of: About, body: Body) -> Notice | None:
    """The end of a run; of one that was called, its caller tells."""
    if of.parent:
        return None
    failed = f"failed/{of.file}/{of.subject}"
    about = f" ({of.subject})" if of.subject else ""
    why = str(body.get("why") or "")
    match body.get("state"):
        case State.FAILED.value:
            return noticed(
                entry,
                of,
                "failed",
                Phase.OPENED,
                failed,
                title=f"{entry.run} of {of.workflow} failed{about}",
                text=f"{sentence(why)} See what it printed.",
                command=f"holdfast logs {entry.run}",
                severity="error",
                why=why,
            )
        case State.SUCCEEDED.value:
            return noticed(
                entry,
                of,
                "recovered",
                Phase.CLOSED,
                failed,
                f"breaker/{of.file}/{of.subject}",
                opening="failed",
                title=f"{of.workflow} works again{about}",
                text=f"{entry.run} succeeded.",
            )
        case _:
            return None


def _applied(entry: Entry, of: About, body: Body) -> Notice | None:
    """The end of an apply; of one that was a step, the run tells."""
    if of.within:
        return None
    outcome, where = str(body.get("outcome", "")), ", ".join(of.environments)
    cause = f"failed/apply/{where}"
    if outcome in _WELL:
        return noticed(
            entry,
            of,
            "recovered",
            Phase.CLOSED,
            cause,
            opening="failed",
            title=f"An apply in {where} went through again",
            text=f"{entry.run}: {outcome}.",
        )
    if outcome == "in-doubt":
        return None
    counts: Mapping[str, int] = body.get("counts") or {}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return noticed(
        entry,
        of,
        "failed",
        Phase.OPENED,
        cause,
        title=f"{entry.run}: an apply in {where} ended with {outcome}",
        text=f"{told}." if told else "Nothing was changed.",
        command=f"holdfast why {entry.run}",
        severity="error",
    )


_READS: Mapping[Event, Callable[[Entry, About, Body], Notice | None]] = {
    Event.GATE_OPENED: _gate,
    Event.APPROVED: _approved,
    Event.REJECTED: _rejected,
    Event.JOB_STARTED: _passed,
    Event.RESUMED: _passed,
    Event.JOB_ENDED: _passed,
    Event.ASKED: _doubt,
    Event.ANSWERED: _answered,
    Event.IN_DOUBT: _doubtful,
    Event.RESOLVED: _resolved,
    Event.FINISHED: _finished,
    Event.RUN_ENDED: _applied,
    **beside.READS,
}

TOLD = frozenset(_READS)
"""Sorts of entries that people may hear of."""
