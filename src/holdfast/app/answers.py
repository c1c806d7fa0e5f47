"""Questions to the ledger: why, and what happened when."""

import re
from dataclasses import dataclass

from holdfast import record
from holdfast.app.application import Application
from holdfast.app.planning.addresses import pattern_of
from holdfast.app.times import moment_of
from holdfast.app.unknown import no_such_changes
from holdfast.engine.journal import moment
from holdfast.model import Address, Entry, digests_in
from holdfast.ports import Contents
from holdfast.problems import HoldfastError, Problem
from holdfast.record import Act, RunStory, WhyAddress, WhyRun

_RUN = re.compile(r"r\d+")
_CAUSES = 5


def why(app: Application, subject: str) -> WhyAddress | WhyRun:
    """Why a thing is as it is or what became of a run; raises ``HoldfastError``."""
    if _RUN.fullmatch(subject):
        told = record.why_run(app.store.ledger.of_run(subject))
        if told is None:
            raise HoldfastError(no_such_changes(app.store, subject))
        return told
    return _why_address(app, subject)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a run; ``contents`` by digest, those with secrets left out."""

    told: WhyRun
    entries: tuple[Entry, ...]
    contents: Contents


def evidence(app: Application, run: str) -> Evidence:
    """What can be shown of one run; raises ``HoldfastError`` when there is none."""
    entries = app.store.ledger.of_run(run)
    told = record.why_run(entries)
    if told is None:
        raise HoldfastError(no_such_changes(app.store, run))
    open_ones = [c.change for c in told.causes if not c.change.sensitive]
    sides = (side for c in open_ones for side in (c.before, c.after) if side)
    digests = {digest for side in sides for digest in digests_in(side)}
    kept = {digest: app.store.contents.get(digest) for digest in sorted(digests)}
    return Evidence(told, entries, {d: c for d, c in kept.items() if c is not None})


def _why_address(app: Application, subject: str) -> WhyAddress:
    entries = app.store.ledger.of_address(pattern_of(app.project, subject), limit=200)
    address = next((e.address for e in entries if e.address), Address.parse(subject))
    if address is None:
        raise HoldfastError(_no_subject(subject))
    runs = dict.fromkeys(e.run for e in entries if e.address == address and e.run)
    causes = (
        cause
        for run in list(runs)[:_CAUSES]
        for cause in record.causes_of(app.store.ledger.of_run(run))
        if cause.change.address == address
    )
    return WhyAddress(address, tuple(causes), _declared(app, address))


def _declared(app: Application, address: Address) -> str:
    """Where it is declared now, as ``file:line:column``; empty when it is not."""
    for config in app.project.configs:
        for item in config.items:
            if item.kind == address.kind and str(item.data[item.kind]) in address.name:
                return str(item.place)
    return ""


def stories(app: Application, limit: int, since: str) -> list[RunStory]:
    """Runs, newest first."""
    runs = app.store.ledger.runs(limit, since=since)
    told = (record.story_of(app.store.ledger.of_run(run)) for run in runs)
    return [story for story in told if story]


def acts(app: Application, limit: int, since: str) -> list[Act]:
    """What people did beside runs, newest first."""
    told = record.acts_in(app.store.ledger.of_event(*record.ACTS))
    return [act for act in reversed(told) if act.at >= since][:limit]


def since_moment(app: Application, written: str) -> str:
    """``7d`` ago or a date, as the ledger writes moments; raises ``HoldfastError``."""
    return moment(moment_of(written, app.engine.clock.now())) if written else ""


def _no_subject(subject: str) -> Problem:
    return Problem(
        code="app.no-subject",
        summary=f"There is no `{subject}` to ask about",
        detail="It is no workflow, rule or schedule here, and not written as an event "
        "(e-...), a run (r7) or an address (web-1/file:/etc/motd) is.",
        next_step="See what there is: holdfast workflows, runs, event list or history",
    )
