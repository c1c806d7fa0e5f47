"""After a crash: find out what is in doubt, look, and write down what is true."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast import record
from holdfast.engine.journal import moment
from holdfast.engine.look import Eyes
from holdfast.engine.loop import Engine
from holdfast.model import Attributes, Change, Entry, Event, Resource
from holdfast.ports import Clock, LedgerStore


@dataclass(frozen=True, slots=True)
class Doubt:
    """One change of a run that was cut off, and what a look said about it."""

    run: str
    change: Change
    answer: str
    """``made``, ``not-made`` or ``unknown``: then a person must say."""


def settle(engine: Engine, actor: str) -> tuple[Doubt, ...]:
    """
    Close every run that has no end, and decide by looking what is in doubt.

    A change whose thing is now as it was to become was made, any other was not: it is
    planned again. What cannot be looked at stays in doubt and is never run again unasked.
    Claims of runs are released. Must be called by the only process that may apply: no
    run but those that were cut off can then hold any.
    """
    told: list[Doubt] = []
    ledger, clock = engine.ledger, engine.clock
    for run in ledger.unfinished():
        doubts = _doubts(run, ledger.of_run(run), engine.eyes)
        entries = [_entry(clock, actor, doubt) for doubt in doubts]
        entries.append(_ended(run, clock, actor, doubts))
        ledger.append(entries)
        told += doubts
    cut_off = {doubt.run for doubt in told}
    for run in (run for run in ledger.doubtful() if run not in cut_off):
        doubts = _doubts(run, ledger.of_run(run), engine.eyes)
        known = [doubt for doubt in doubts if doubt.answer != "unknown"]
        ledger.append([_entry(clock, actor, doubt) for doubt in known])
        told += doubts
    for claim in engine.claims.held(clock.now()):
        if claim.run:
            engine.claims.release(claim.key, claim.holder)
    return tuple(told)


def resolve(ledger: LedgerStore, clock: Clock, actor: str, doubt: Doubt) -> None:
    """Write down what a person said about a change in doubt."""
    ledger.append([_entry(clock, actor, doubt)])


def _doubts(run: str, entries: Sequence[Entry], eyes: Eyes) -> tuple[Doubt, ...]:
    doubtful = record.in_doubt(entries)
    hosts = {c.address.host for c in doubtful} & set(eyes.hosts)
    quiet = hosts - eyes.busy(hosts)
    asked = [c for c in doubtful if c.address.host in quiet and _has_state(c)]
    seen = eyes.look([Resource(c.address, c.after, how=c.how) for c in asked])
    return tuple(
        Doubt(run, change, _answer(change, seen.seen.get(change.address, _UNSEEN)))
        if change.address.host in quiet
        else Doubt(run, change, "unknown")
        for change in doubtful
    )


_UNSEEN: Attributes = {"": "unseen"}


def _has_state(change: Change) -> bool:
    return change.address.kind != "handler"


def _answer(change: Change, now: Attributes | None) -> str:
    """
    What a look says: a state that is not as wanted yet is simply planned again.

    Only a command may be harmful to repeat: without a check it stays unknown. A handler
    that drives a service is harmless to repeat, one that is a command is not.
    """
    if change.address.kind == "handler":
        return "unknown" if change.how.get("kind") == "command" else "not-made"
    if now is _UNSEEN:
        return "unknown"
    return "made" if _agrees(now, change.after) else "not-made"


def _agrees(now: Attributes | None, side: Attributes | None) -> bool:
    if now is None or side is None:
        return now is side
    return all(now.get(key) == value for key, value in side.items() if key in now)


def _entry(clock: Clock, actor: str, doubt: Doubt) -> Entry:
    known = doubt.answer != "unknown"
    return Entry(
        event=Event.RESOLVED if known else Event.IN_DOUBT,
        run=doubt.run,
        address=doubt.change.address,
        actor=actor,
        at=moment(clock.now()),
        body={"as": doubt.answer, "by": actor},
    )


def _ended(run: str, clock: Clock, actor: str, doubts: Sequence[Doubt]) -> Entry:
    open_ones = sum(doubt.answer == "unknown" for doubt in doubts)
    outcome = "in-doubt" if open_ones else "interrupted"
    return Entry(
        event=Event.RUN_ENDED,
        run=run,
        actor=actor,
        at=moment(clock.now()),
        body={"outcome": outcome, "counts": {"in-doubt": open_ones}},
    )
