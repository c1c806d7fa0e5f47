"""The sentence of Holdfast, in order: observe, plan, gate, apply, verify, record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from threading import Lock

from holdfast import apply, gate, plan, record, verify
from holdfast.engine import entries
from holdfast.engine.entries import Reason, Report
from holdfast.engine.journal import LedgerJournal, moment
from holdfast.engine.look import Eyes
from holdfast.model import (
    Address,
    Change,
    Claim,
    Entry,
    Event,
    Plan,
    Proof,
    Resource,
    Snapshot,
    Verdict,
    digests_in,
)
from holdfast.plan import Binding, NoWayBack
from holdfast.ports import ClaimTable, Clock, Contents, ContentStore, LedgerStore
from holdfast.problems import HoldfastError, Problem
from holdfast.verify.checks import Check

_LEASE = timedelta(hours=1)

Listen = Callable[[Event, Change], None]
"""Is told of every intent and outcome while a run goes on."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who watches a run, and may ask it to begin nothing more."""

    listen: Listen = lambda _event, _change: None
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be true on some hosts: resources, their handlers and checks."""

    resources: tuple[Resource, ...] = ()
    handlers: tuple[Resource, ...] = ()
    checks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything the loop needs, handed to it by ``app``."""

    eyes: Eyes
    ledger: LedgerStore
    contents: ContentStore
    claims: ClaimTable
    clock: Clock
    actor: str
    redact: Callable[[str], str] = lambda text: text

    def plan(self, wanted: Wanted, binding: Binding) -> tuple[Plan, Snapshot]:
        """Look, and say what would change; the look is given too."""
        seen = self.eyes.look(wanted.resources)
        return self.plan_from(wanted, seen, binding), seen

    def plan_from(self, wanted: Wanted, seen: Snapshot, binding: Binding) -> Plan:
        """Say what would change, given a look."""
        called = self._pending(wanted.handlers)
        return plan.converge(
            wanted.resources,
            wanted.handlers,
            seen,
            self.eyes.kinds,
            binding,
            pending=called,
        )

    def undo_plan(
        self, run: str, binding: Binding, chosen: Callable[[Address], bool]
    ) -> tuple[Plan, tuple[NoWayBack, ...], Wanted]:
        """The plan that takes a run back, what it cannot take back, and what it wants."""
        story = self.ledger.of_run(run)
        made = [c for c in record.made_in(story) if chosen(c.address)]
        resources = plan.undo_resources(made)
        seen = self.eyes.look(resources)
        kept = self._kept(made)
        proposal, lost = plan.undo(made, seen, self.eyes.kinds, kept, binding)
        return proposal, lost, Wanted(plan.undo_goals(resources, proposal))

    def judge(
        self, proposal: Plan, rules: gate.Rules, facts: gate.GateFacts
    ) -> Verdict:
        """Ask the gate."""
        return gate.judge(proposal, rules, facts)

    def carry_out(
        self,
        proposal: Plan,
        verdict: Verdict,
        wanted: Wanted,
        reason: Reason | None = None,
        person: Person | None = None,
    ) -> Report:
        """
        Apply one allowed plan, verify it and record both.

        Raises ``HoldfastError`` before anything is changed when the verdict is no yes to
        this plan, or a target is claimed by somebody else.
        """
        if not verdict.allows(proposal, self.clock.now()):
            problems = tuple(objection.problem for objection in verdict.objections)
            raise HoldfastError(*(problems or (_moved(proposal),)))
        run, person = self.ledger.next_run(), person or Person()
        journal = LedgerJournal(
            run, self.actor, self.ledger, self.clock, person.listen, self.redact, Lock()
        )
        claimed = self._claim(run, proposal)
        try:
            journal.note(
                Event.RUN_STARTED, entries.started(proposal, reason or Reason())
            )
            journal.note(Event.JUDGED, entries.judged(verdict))
            whole = self._kept_before(proposal)
            return self._walk(whole, verdict, wanted, journal, person.stop)
        finally:
            for claim in claimed:
                self.claims.release(claim.key, claim.holder)

    def adopt(self, proposal: Plan, seen: Snapshot) -> None:
        """
        Write down how things are that were as wanted without ever being changed.

        What is different later has then drifted, and is not merely not applied yet.
        """
        known = self.ledger.last(proposal.unchanged)
        at = moment(self.clock.now())
        self.ledger.append(
            [
                Entry(
                    event=Event.OBSERVED,
                    address=address,
                    actor=self.actor,
                    at=at,
                    body={"state": seen.seen[address]},
                )
                for address in proposal.unchanged
                if address not in known
            ]
        )

    def _walk(
        self,
        proposal: Plan,
        verdict: Verdict,
        wanted: Wanted,
        journal: LedgerJournal,
        stop: Callable[[], bool],
    ) -> Report:
        proofs: dict[str, Proof] = {}

        def prove(host: str) -> tuple[Problem, ...]:
            proofs[host] = self._prove(host, proposal, wanted)
            return (*_left(proofs[host]), *proofs[host].failed_checks)

        walked = apply.walk(
            proposal,
            verdict,
            apply.Crew(
                hosts=self.eyes.hosts,
                kinds=self.eyes.kinds,
                journal=journal,
                clock=self.clock,
                refresh=partial(self._refreshed, wanted),
                prove=prove,
                redact=self.redact,
                parallel=self.eyes.parallel,
                stop=stop,
            ),
        )
        report = Report(journal.run, proposal, walked, _joined(proofs.values()))
        journal.note(Event.VERIFIED, entries.verified(report.proof))
        journal.note(Event.RUN_ENDED, entries.ended(report))
        return report

    def _refreshed(
        self, wanted: Wanted, late: Sequence[Change]
    ) -> tuple[Sequence[Change], Contents]:
        """Late changes, made anew from how their hosts are now."""
        again = {change.address for change in late}
        resources = [r for r in wanted.resources if r.address in again]
        seen = self.eyes.look(resources)
        fresh = plan.converge(resources, (), seen, self.eyes.kinds, Binding())
        self._keep(fresh)
        return fresh.changes, fresh.contents

    def _prove(self, host: str, proposal: Plan, wanted: Wanted) -> Proof:
        touched = {c.address for c in proposal.changes if c.address.host == host}
        resources = [r for r in wanted.resources if r.address in touched]
        seen = self.eyes.look(resources)
        remaining = plan.converge(resources, (), seen, self.eyes.kinds, Binding())
        failed = self._check(host, wanted.checks.get(host, ()))
        return verify.confirm(remaining, touched, failed)

    def _check(self, host: str, checks: Sequence[Check]) -> tuple[Problem, ...]:
        if not checks:
            return ()
        try:
            result = self.eyes.hosts[host].run(verify.check_script(checks))
        except HoldfastError as error:
            return error.problems
        said = self.redact(result.stdout.decode(errors="replace"))
        return verify.read_checks(host, checks, said.encode())

    def _kept_before(self, proposal: Plan) -> Plan:
        """The same plan with every content that undo will need fetched and kept."""
        missing: dict[str, set[str]] = {}
        for change in proposal.changes:
            content = (change.before or {}).get("content")
            if isinstance(content, str) and content not in proposal.contents:
                path = str(change.how.get("path", change.address.name))
                missing.setdefault(change.address.host, set()).add(path)
        fetched = {
            digest: content
            for host, paths in missing.items()
            for digest, content in self.eyes.contents(host, sorted(paths)).items()
        }
        whole = replace(proposal, contents={**proposal.contents, **fetched})
        self._keep(whole)
        return whole

    def _keep(self, proposal: Plan) -> None:
        sealed = {
            name
            for change in proposal.changes
            if change.sensitive
            for side in (change.before, change.after)
            for name in digests_in(side or {})
        }
        self.contents.put(proposal.contents, sealed=sealed)

    def _kept(self, made: Sequence[Change]) -> dict[str, bytes]:
        digests = {name for c in made for name in digests_in(c.before or {})}
        found = {name: self.contents.get(name) for name in digests}
        return {name: content for name, content in found.items() if content is not None}

    def _pending(self, handlers: Sequence[Resource]) -> frozenset[Address]:
        if not handlers:
            return frozenset()
        waiting: set[Address] = set()
        for run in self.ledger.runs(1):
            waiting |= record.pending_handlers(self.ledger.of_run(run))
        return frozenset(h.address for h in handlers if h.address in waiting)

    def _claim(self, run: str, proposal: Plan) -> tuple[Claim, ...]:
        now = self.clock.now()
        holder, taken = f"run {run}", []
        for target in sorted({c.address.host for c in proposal.changes}):
            claim = self.claims.acquire(
                f"host:{target}", holder, proposal.purpose, now, now + _LEASE, run
            )
            if claim.holder == holder:
                taken.append(claim)
            elif claim.holder != self.actor:
                for ours in taken:
                    self.claims.release(ours.key, holder)
                raise HoldfastError(_claimed(claim))
        return tuple(taken)


def _left(proof: Proof) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            code="verify.does-not-hold",
            summary=f"{change.address} is not as wanted after the change",
            detail="A second look still finds something to do.",
            next_step=f"Look: holdfast plan '{change.address}'",
            place=change.declared,
        )
        for change in proof.remaining
    )


def _joined(proofs: Iterable[Proof]) -> Proof:
    every = list(proofs)
    return Proof(
        remaining=tuple(c for proof in every for c in proof.remaining),
        failed_checks=tuple(p for proof in every for p in proof.failed_checks),
        unknown=tuple(p for proof in every for p in proof.unknown),
    )


def _claimed(claim: Claim) -> Problem:
    return Problem(
        code="engine.claimed",
        summary=f"{claim.key} is claimed by {claim.holder}",
        detail=f"Since {moment_of(claim)}, because: {claim.why}. Nothing was changed.",
        next_step=f"Wait, or ask them to: holdfast claim --release {claim.key}",
    )


def moment_of(claim: Claim) -> str:
    """Since when and until when a claim holds, for people."""
    return f"{claim.since:%Y-%m-%d %H:%M} until {claim.until:%H:%M} UTC"


def _moved(proposal: Plan) -> Problem:
    return Problem(
        code="engine.not-allowed",
        summary="There is no valid verdict for this plan",
        detail=f"Nothing was changed. The plan is {proposal.digest}.",
        next_step="Plan again, and have the new plan approved.",
    )
