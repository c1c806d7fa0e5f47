"""Runs from the first entry to the last: whatever happens, the next moves are made."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from holdfast.declare import Workflow
from holdfast.engine.journal import moment
from holdfast.engine.runs import break_glass, groups, refusals
from holdfast.engine.runs.answers import LOOK_AGAIN
from holdfast.engine.runs.claims import left_behind
from holdfast.engine.runs.dispatch import dispatch
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.job_contexts import instance_of
from holdfast.engine.runs.request import (
    Request,
    contexts_from,
    contexts_of,
    labels_wanted,
    title_of,
)
from holdfast.engine.runs.round import Round
from holdfast.engine.runs.trays import Segments
from holdfast.model import (
    Attributes,
    Entry,
    Event,
    GateView,
    JobView,
    RunView,
    State,
    StepView,
)
from holdfast.plan import needs_of, next_moves, reasons
from holdfast.ports import Clock, JobRow, RunRow, RunStore, RunTransaction, Unanswered
from holdfast.problems import HoldfastError
from holdfast.record import view_of

_LOG = logging.getLogger(__name__)


class _LookedOnly(Exception):  # noqa: N818 - no error: it takes back what looking did
    """Ends a transaction without keeping anything of it."""


@dataclass(slots=True)
class Keeper:
    """Everything that is done to runs; each call is one transaction."""

    store: RunStore
    segments: Segments
    clock: Clock
    flow_of: Callable[[RunView], Workflow]
    """The workflow a run was started with, from its sources."""
    gatekeeper: Gatekeeper = field(default_factory=Gatekeeper)
    find: Callable[[str], Request | None] = field(default=lambda _: None)
    """What a workflow of the project would be started with now, by its name or file."""

    # --- what people and triggers ask for ------------------------------------------

    def accept(self, request: Request, actor: str) -> str:
        """Write a run down and begin what can begin; its id."""
        with self.store.begin() as transaction:
            return self.accept_in(transaction, request, actor)

    def accept_in(
        self, transaction: RunTransaction, request: Request, actor: str
    ) -> str:
        """The same, as part of a transaction."""
        run, body = transaction.next_id(), request.body()
        contexts = contexts_from(body, run)
        row = RunRow(
            id=run,
            workflow=request.flow.name,
            title=request.title or title_of(request.flow, contexts),
            state=State.QUEUED,
            actor=actor,
            created=self.clock.now(),
            group=groups.group_of(transaction, request, contexts),
            parent=request.parent,
            trigger=request.trigger,
        )
        transaction.save(row)
        transaction.append([self.entry(Event.QUEUED, run, body, actor)])
        for older in groups.replaced_by(transaction, row, request.flow, contexts):
            why = f"{run} of the same group {row.group} came after it"
            self.cancel_in(transaction, older.id, why, "holdfast")
        self.advance(transaction, run)
        return run

    def cancel(self, run: str, why: str, actor: str) -> bool:
        """Ask a run to end; whether there was anything to end."""
        with self.store.begin() as transaction:
            return self.cancel_in(
                transaction, run, f"{actor} cancelled it: {why}", actor
            )

    def cancel_in(
        self, transaction: RunTransaction, run: str, why: str, actor: str
    ) -> bool:
        """The same, as part of a transaction."""
        row = transaction.run(run)
        if row is None or row.state.is_end or self.view(transaction, run).cancelled:
            return False
        transaction.append([self.entry(Event.CANCEL_ASKED, run, {"why": why}, actor)])
        self.advance(transaction, run)
        return True

    def decide(
        self, run: str, job: str, digest: str, why: str, actor: str, *, yes: bool
    ) -> None:
        """
        Say yes or no to what a gate shows, for exactly that digest.

        Raises ``HoldfastError`` when there is no such gate, what it shows has moved, the
        person may not, or gives no reason.
        """
        with self.store.begin() as transaction:
            view = self.view(transaction, run)
            word = break_glass.Word(job, digest, why, actor, yes)
            if break_glass.decide(self, transaction, view, word):
                self.advance(transaction, run)
                return
            through = any(row.key == job for row in transaction.jobs(run))
            opened = _open_gate(view, run, job, through=through)
            if opened.expires and moment(self.clock.now()) >= opened.expires:
                raise HoldfastError(refusals.too_late(run, job, opened.expires))
            if opened.digest != digest:
                raise HoldfastError(refusals.moved(run, job, digest, opened.digest))
            refused = self.gatekeeper.may(opened, actor, view.actor)
            if refused:
                raise HoldfastError(refusals.may_not(run, job, refused))
            if yes and self.gatekeeper.said_yes(opened, actor):
                raise HoldfastError(refusals.said_already(run, job, actor))
            if not why.strip():
                verb = "approve" if yes else "reject"
                raise HoldfastError(refusals.no_reason(f"{verb} {run}"))
            event = Event.APPROVED if yes else Event.REJECTED
            body: Attributes = {"job": job, "digest": digest, "why": why, "by": actor}
            transaction.append([self.entry(event, run, body, actor)])
            self.advance(transaction, run)

    def break_glass(self, run: str, job: str, why: str, actor: str) -> None:
        """Ask to let a job pass windows and freezes; a second person confirms it."""
        with self.store.begin() as transaction:
            break_glass.ask(self, transaction, run, job, why, actor)
            self.advance(transaction, run)

    def answer(self, run: str, job: str, answer: str, actor: str) -> None:
        """
        Say what became of a step in doubt: ``made``, ``not-made`` or ``failed``.

        The job goes on from there. Raises ``HoldfastError`` when nothing is in doubt.
        """
        with self.store.begin() as transaction:
            view = self.view(transaction, run)
            seen = view.jobs.get(job)
            step = next((s for s in _steps(seen) if s.state is State.IN_DOUBT), None)
            if seen is None or step is None:
                raise HoldfastError(refusals.nothing_asked(run, job))
            body: Attributes = {
                "job": job,
                "step": step.index,
                "answer": answer,
                "by": actor,
            }
            transaction.append([self.entry(Event.ANSWERED, run, body, actor)])
            labels = self._labels(view, job)
            row = JobRow(
                run, job, self.clock.now(), labels, segment=seen.segment, site=seen.site
            )
            transaction.put_job(row)
            self.advance(transaction, run)

    def _labels(self, view: RunView, key: str) -> tuple[str, ...]:
        """The labels a worker must have for a job that goes on."""
        instance = instance_of(self.flow_of(view), view, key)
        if instance is None:
            return ()
        job, matrix = instance.job, dict(instance.matrix)
        more = {"needs": needs_of(job, view), "matrix": matrix}
        return labels_wanted(job, {**contexts_of(view), **more})

    # --- moving on ---------------------------------------------------------------

    def tick(self, ahead: timedelta = timedelta()) -> None:
        """
        Look again at runs whose moment has come.

        ``ahead``: also at those whose moment comes within that time.
        """
        with self.store.begin() as transaction:
            for run in transaction.due(self.clock.now() + ahead):
                self._look_again(transaction, run)

    def _look_again(self, transaction: RunTransaction, run: str) -> None:
        """Move one on whose moment has come; one that cannot be keeps no other from it."""
        try:
            with transaction.part():
                self.advance(transaction, run)
        except Unanswered:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others move on
            _LOG.exception("%s could not be moved on", run)
            row, later = transaction.run(run), self.clock.now() + LOOK_AGAIN
            if row is not None:
                why = f"it could not be moved on: {type(fault).__name__}: {fault}"
                transaction.save(replace(row, wake=later, why=why))

    def advance(self, transaction: RunTransaction, run: str) -> None:
        """Make every move that can be made now, and give what is ready to workers."""
        again, wake = True, None
        while again:
            view = self.view(transaction, run)
            if view.state.is_end:
                self._over(transaction, run)
                break
            made = self._look(transaction, view)
            transaction.append(made.entries)
            again, wake = made.changed, min(made.wakes, default=None)
        self.show(transaction, run, wake)
        self.dispatch(transaction)

    def dispatch(self, transaction: RunTransaction) -> None:
        """Give waiting jobs to workers, once at the end of the transaction."""
        transaction.at_last(self._give)

    def _give(self, transaction: RunTransaction) -> None:
        """The same, now; nobody asks for workers when no job waits."""
        jobs = transaction.waiting()
        first = next(jobs, None)
        if first is None:
            return
        waiting, workers = chain([first], jobs), transaction.workers()
        now = self.clock.now()
        found = dispatch(waiting, workers, now, transaction.load())
        for job, worker in found.given:
            given = replace(
                job,
                worker=worker.name,
                site=worker.site,
                segment=job.segment + 1,
                since=now,
            )
            transaction.put_job(given)
            transaction.then(partial(self.segments.give, given.name, worker.name))

    def stop_job(self, transaction: RunTransaction, row: JobRow, why: str) -> None:
        """
        End a job that no worker has; ask the worker that has it.

        Its run is looked at with the next tick: it may be another than the one in hand.
        """
        if row.stop:
            return
        if row.worker:
            transaction.put_job(replace(row, stop=why))
            return
        transaction.drop_job(row.run, row.key)
        said: Attributes = {
            "job": row.key,
            "state": State.CANCELLED.value,
            "why": why,
            "total": self.total(transaction, row.run, row.key),
        }
        transaction.append([self.entry(Event.JOB_ENDED, row.run, said)])
        if (of := transaction.run(row.run)) is not None:
            transaction.save(replace(of, wake=self.clock.now()))

    def total(self, transaction: RunTransaction, run: str, key: str) -> int:
        """
        How many jobs the matrix of a job has; 1 without one.

        The end of one that never began has to say so: a matrix is over when so many are.
        """
        if "." not in key:
            return 1
        view = self.view(transaction, run)
        instance = instance_of(self.flow_of(view), view, key)
        return 1 if instance is None else instance.total

    # --- looking -----------------------------------------------------------------

    def view(self, transaction: RunTransaction, run: str) -> RunView:
        """How a run stands."""
        return view_of(run, transaction.entries(run))

    def waits(self, run: str) -> Mapping[str, str]:
        """Why each job that has not begun waits, by its key; nothing is changed."""
        found: dict[str, str] = {}
        with suppress(_LookedOnly), self.store.begin() as transaction:
            view = self.view(transaction, run)
            if not view.state.is_end:
                rows = transaction.jobs()
                lacking = dispatch(rows, transaction.workers(), self.clock.now())
                found |= self._look(transaction, view).holds
                found |= {k: why for (of, k), why in lacking.waits.items() if of == run}
            raise _LookedOnly
        return found

    def entry(
        self, event: Event, run: str, body: Attributes, actor: str = "holdfast"
    ) -> Entry:
        """An entry of a run, now."""
        at = moment(self.clock.now())
        return Entry(event=event, run=run, actor=actor, at=at, body=body)

    def show(
        self, transaction: RunTransaction, run: str, wake: datetime | None = None
    ) -> None:
        """Bring the run's row to what its entries say."""
        row, view = transaction.run(run), self.view(transaction, run)
        if row is None:
            return
        ended = (row.ended or self.clock.now()) if view.state.is_end else None
        state = view.state
        if state is State.QUEUED and not transaction.jobs(run):
            state = State.WAITING
        transaction.save(
            replace(row, state=state, ended=ended, why=view.why, wake=wake)
        )

    # --- inside --------------------------------------------------------------------

    def _look(self, transaction: RunTransaction, view: RunView) -> Round:
        made = Round(self, transaction, view, self.flow_of(view))
        self._let_go(transaction, made)
        ahead = groups.ahead_of(transaction, view.id)
        if ahead and not view.jobs and not view.cancelled:
            made.holds[""] = reasons.ahead(ahead.id, ahead.group, ahead.created)
            return made
        queued = {row.key for row in transaction.jobs(view.id)}
        made.resume()
        if not made.changed:
            made.make(next_moves(made.flow, view, contexts_of(view), queued))
        return made

    def _over(self, transaction: RunTransaction, run: str) -> None:
        """What a run's end means for others: its claims, its group, who called it."""
        row = transaction.run(run)
        if row is None or row.ended is not None:
            return
        self.show(transaction, run)
        mine = [c for c in transaction.claims(self.clock.now()) if c.run == run]
        for claim in mine:
            transaction.release(claim.holder)
        for other in transaction.due(self.clock.now() + LOOK_AGAIN) if mine else ():
            self.advance(transaction, other)
        if row.parent:
            self.advance(transaction, row.parent.partition("/")[0])
        if row.group:
            for waiting in transaction.in_group(row.group)[:1]:
                self.advance(transaction, waiting.id)

    def _let_go(self, transaction: RunTransaction, made: Round) -> None:
        """End what jobs claimed that have ended; who waited looks with the next tick."""
        if not any(job.claims for job in made.flow.jobs):
            return
        now = self.clock.now()
        holders = left_behind(transaction.claims(now), made.view)
        for holder in holders:
            transaction.release(holder)
        for other in transaction.due(now + LOOK_AGAIN) if holders else ():
            if (row := transaction.run(other)) is not None:
                transaction.save(replace(row, wake=now))


def _steps(job: JobView | None) -> tuple[StepView, ...]:
    return tuple(job.steps.values()) if job else ()


def _open_gate(view: RunView, run: str, job: str, *, through: bool) -> GateView:
    """The gate a job waits at; one that is through waits for a worker at most."""
    seen = view.jobs.get(job)
    if through or not seen or not seen.gate or seen.state is not State.GATED:
        raise HoldfastError(refusals.no_gate(run, job))
    return seen.gate
