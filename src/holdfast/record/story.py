"""What the entries of a run tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.model import Address, Change, Entry, Event
from holdfast.problems import Problem, nearest
from holdfast.record.intents import change_of

_ENDS = {
    Event.SUCCEEDED,
    Event.FAILED,
    Event.SKIPPED,
    Event.UNREACHABLE,
    Event.RESOLVED,
}


@dataclass(frozen=True, slots=True)
class RunStory:
    """One run in a few words; ``outcome`` is empty while it has no end."""

    run: str
    started: str
    ended: str
    actor: str
    purpose: str
    outcome: str
    changes: int
    digest: str
    commit: str
    broken: str = ""
    """Who passed windows and freezes by breaking the glass, and why."""


def story_of(entries: Sequence[Entry]) -> RunStory | None:
    """The story of one run's entries, ``None`` when they have no start."""
    started = _first(entries, Event.RUN_STARTED)
    if started is None:
        return None
    ended = _first(entries, Event.RUN_ENDED)
    judged = _first(entries, Event.JUDGED)
    return RunStory(
        run=started.run,
        started=started.at,
        ended=ended.at if ended else "",
        actor=started.actor,
        purpose=str(started.body.get("purpose", "")),
        outcome=str(ended.body.get("outcome", "")) if ended else "",
        changes=sum(entry.event is Event.SUCCEEDED for entry in entries),
        digest=str(started.body.get("digest", "")),
        commit=str(started.body.get("commit", "")),
        broken=str(judged.body.get("broken", "")) if judged else "",
    )


def made_in(entries: Sequence[Entry]) -> tuple[Change, ...]:
    """Every change that was or may have been made, in order: what undo must look at."""
    ends = _ends(entries)
    return tuple(
        change_of(entry)
        for entry in entries
        if entry.event is Event.INTENDED
        and entry.address
        and _may_have_run(ends.get(entry.address))
    )


def in_doubt(entries: Sequence[Entry]) -> tuple[Change, ...]:
    """Changes that were intended and have no end."""
    ends = _ends(entries)
    return tuple(
        change_of(entry)
        for entry in entries
        if entry.event is Event.INTENDED and entry.address not in ends
    )


def open_doubts(entries: Sequence[Entry]) -> tuple[Address, ...]:
    """Addresses in doubt of a run that was closed: a person must still say."""
    if _first(entries, Event.RUN_ENDED) is None:
        return ()
    asked = {entry.address for entry in entries if entry.event is Event.IN_DOUBT}
    return tuple(c.address for c in in_doubt(entries) if c.address in asked)


def pending_handlers(entries: Sequence[Entry]) -> set[Address]:
    """Handlers that were called by a change that was made and did not run to an end."""
    ends = _ends(entries)
    made = {a for a, entry in ends.items() if _was_made(entry)}
    called = {
        Address(entry.address.environment, entry.address.host, "handler", name)
        for entry in entries
        if entry.event is Event.INTENDED and entry.address in made
        for name in change_of(entry).then
    }
    return {address for address in called if address not in made}


def no_such_run(run: str, runs: Sequence[str], changes: Sequence[str]) -> Problem:
    """
    The problem of a run that is asked for and not there.

    ``runs`` are the newest ones of workflows, ``changes`` those that changed hosts.
    """
    close = nearest(run, [*runs, *changes])
    return Problem(
        code="record.no-such-run",
        summary=f"There is no run {run}",
        detail=f"Newest runs of workflows: {', '.join(runs) or 'none yet'}. Newest "
        f"changes of hosts: {', '.join(changes) or 'none yet'}. Nothing was changed.",
        next_step=(f"Did you mean {close}? " if close else "")
        + "List them: holdfast runs   (changes of hosts: holdfast history)",
    )


def removed_run(run: str) -> Problem:
    """The problem of a workflow's run of which only the ledger is left."""
    return Problem(
        code="record.run-removed",
        summary=f"{run} was removed: its time of keeping is over",
        detail="Its output and its files are gone, the ledger keeps the rest. Nothing was "
        "changed now.",
        next_step=f"What is left of it: holdfast why {run}",
    )


def no_workflow_run(run: str) -> Problem:
    """The problem of changes on hosts where a run of a workflow is wanted."""
    return Problem(
        code="record.no-such-workflow-run",
        summary=f"{run} is no run of a workflow: it changed hosts",
        detail="Nothing was changed now.",
        next_step=f"See what it did: holdfast why {run}   (runs: holdfast runs)",
    )


def no_changes(run: str) -> Problem:
    """The problem of a workflow's run where changes on hosts are wanted."""
    return Problem(
        code="record.no-such-changes",
        summary=f"{run} is the run of a workflow: it has no changes of its own",
        detail="What its steps changed on hosts are runs of their own.",
        next_step=f"See the run: holdfast status {run}   (changes: holdfast history)",
    )


def _ends(entries: Sequence[Entry]) -> dict[Address, Entry]:
    return {
        entry.address: entry
        for entry in entries
        if entry.event in _ENDS and entry.address
    }


def _was_made(entry: Entry) -> bool:
    if entry.event is Event.RESOLVED:
        return entry.body.get("as") == "made"
    return entry.event is Event.SUCCEEDED


def _may_have_run(end: Entry | None) -> bool:
    """A change that failed or has no end may have been made in part."""
    if end is None or end.event is Event.FAILED:
        return True
    return _was_made(end)


def _first(entries: Sequence[Entry], event: Event) -> Entry | None:
    return next((entry for entry in entries if entry.event is event), None)
