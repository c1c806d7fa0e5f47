"""What people do with runs: start, watch, decide, end, take back; and their workers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from holdfast import record
from holdfast.app.desks.held import held_back
from holdfast.app.desks.idempotency import start_once
from holdfast.app.desks.run_sheets import (
    gate_sheet,
    glass_sheet,
    job_sheet,
    shown_in,
    workflow_row,
)
from holdfast.app.desks.titles import titles
from holdfast.app.desks.why import why_removed, why_run, why_workflow
from holdfast.app.reacting.trust import after_undo
from holdfast.app.runs.inputs import given_inputs
from holdfast.app.runs.undoing import Undoing, start, undoing
from holdfast.app.runs.wiring import Crew
from holdfast.app.unknown import no_such_run
from holdfast.engine.runs import break_glass
from holdfast.engine.runs.rerun import start_again
from holdfast.model import Event, RunView, State
from holdfast.ports import (
    GateSheet,
    RunDesk,
    RunRow,
    RunSheet,
    WaySheet,
    WorkerRow,
    WorkflowRow,
)
from holdfast.problems import HoldfastError, Problem, did_you_mean
from holdfast.record import spans_of

HISTORY = 20
"""So many earlier runs a gate is compared with."""


@dataclass(slots=True)
class LocalRunDesk:
    """Runs, workflows, gates and workers of one project."""

    crew: Crew

    # --- workflows -----------------------------------------------------------------

    def workflows(self) -> Sequence[WorkflowRow]:
        """Every workflow of the project, by name."""
        project, now = self.crew.app.project, self.crew.keeper.clock.now()
        rows = [workflow_row(flow, now) for flow in project.workflows]
        rows += [
            WorkflowRow(file, file, project.owner, refused=problems[0].summary)
            for file, problems in project.refused
        ]
        return sorted(rows, key=lambda row: row.name)

    def start(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        actor: str,
        why: str = "",
        key: str = "",
    ) -> str:
        """Start a run by hand; its id. Under a ``key`` there is one."""
        flow, project = self.crew.flows.named(workflow), self.crew.app.project
        given = given_inputs(flow, inputs, self._names())
        self.crew.flows.keep(*project.workflows)
        request = self.crew.flows.request(flow, given, why=why)
        if not key:
            return self.crew.keeper.accept(request, actor)
        return start_once(self.crew, request, actor, key)

    def again(self, run: str, inputs: Mapping[str, Any], actor: str) -> str:
        """Start a run anew, some inputs others; what waits of the old one is over."""
        view = self.run(run).view
        request = self.crew.flows.again(view, inputs, self._names())
        return start_again(self.crew.keeper, run, request, actor)

    # --- runs ------------------------------------------------------------------------

    def runs(
        self,
        states: Collection[State] = (),
        workflow: str = "",
        limit: int = 50,
        before: str = "",
        trigger: str = "",
    ) -> Sequence[RunRow]:
        """Runs, newest first."""
        store = self.crew.app.store.runs
        return store.runs(states, limit, before, workflow, trigger)

    def run(self, run: str, /) -> RunSheet:
        """One run."""
        keeper = self.crew.keeper
        with keeper.store.looking() as transaction:
            row, entries = transaction.run(run), transaction.entries(run)
            view = keeper.view(transaction, run)
        if row is None:
            raise HoldfastError(no_such_run(self.crew.app.store, run))
        flow = self.crew.flows.of(view)
        return RunSheet(
            row=row,
            view=view,
            version=_version(entries[-1].sequence if entries else 0, row),
            jobs=tuple(job_sheet(job, flow) for job in flow.jobs),
            waits={} if view.state.is_end else keeper.waits(run),
            gates=(*self._gates(view), *self._glasses(view)),
            closed=tuple(self._closed(view)),
            children=tuple(self._children(view)),
            titles=titles(flow, view),
            spans=spans_of(entries),
            seen=keeper.clock.now(),
        )

    def version(self, run: str = "", /) -> int:
        """A number that grows whenever anything of a run changed, or of any."""
        store = self.crew.keeper.store
        newest = store.newest(run)
        if not run:
            return newest
        with store.looking() as transaction:
            row = transaction.run(run)
        if row is None:
            raise HoldfastError(no_such_run(self.crew.app.store, run))
        return _version(newest, row)

    def printed(self, run: str, job: str, step: int, offset: int = 0, /) -> bytes:
        """What a step printed, from a byte on."""
        return self.crew.app.store.runs.printed(run, job, step, offset)

    def cancel(self, run: str, why: str, actor: str) -> bool:
        """Ask a run to end; whether there was anything to end."""
        self._check(run)
        return self.crew.keeper.cancel(run, why, actor)

    def decide(
        self, run: str, job: str, digest: str, why: str, actor: str, *, yes: bool
    ) -> RunSheet:
        """Approve or reject what a gate shows, for exactly that digest."""
        self._check(run)
        self.crew.keeper.decide(run, job, digest, why, actor, yes=yes)
        return self.run(run)

    def break_glass(self, run: str, job: str, why: str, actor: str) -> RunSheet:
        """Ask to let a job pass windows and freezes; a second person confirms it."""
        self._check(run)
        self.crew.keeper.break_glass(run, job, why, actor)
        return self.run(run)

    def answer(
        self,
        run: str,
        job: str,
        answer: Literal["made", "not-made", "failed"],
        actor: str,
    ) -> RunSheet:
        """Say what became of a step in doubt."""
        self._check(run)
        self.crew.keeper.answer(run, job, answer, actor)
        return self.run(run)

    # --- the way back ------------------------------------------------------------------

    def way_back(self, run: str, only: Sequence[str] = ()) -> WaySheet:
        """What would take back a run that has ended; ``only`` are jobs and steps."""
        return self._undoing(run, only).sheet()

    def undo(self, run: str, why: str, actor: str, only: Sequence[str] = ()) -> str:
        """Start the run that takes one back; its id."""
        app, made = self.crew.app, self._undoing(run, only)
        begun = start(app, self.crew.keeper, made, why, actor)
        after_undo(app, run, actor)
        return begun

    # --- workers -----------------------------------------------------------------------

    def workers(self) -> Sequence[WorkerRow]:
        """Every worker that was not forgotten."""
        with self.crew.keeper.store.looking() as transaction:
            return transaction.workers()

    def drain(self, worker: str, actor: str, *, on: bool) -> None:
        """Give a worker nothing new, or something again."""
        keeper = self.crew.keeper
        with keeper.store.begin() as transaction:
            rows = transaction.workers()
            mine = [row for row in rows if row.name == worker]
            if not mine:
                raise HoldfastError(_no_worker(worker, [row.name for row in rows]))
            for row in mine:
                transaction.put_worker(replace(row, draining=on))
            event = Event.DRAINED if on else Event.UNDRAINED
            transaction.append([keeper.entry(event, "", {"worker": worker}, actor)])
            keeper.dispatch(transaction)

    # --- why ---------------------------------------------------------------------------

    def why(self, what: str, /) -> Sequence[str]:
        """Why a run or a workflow is as it is: one sentence a line."""
        flow = self.crew.app.project.workflow(what)
        if flow is None:
            return self._why_run(what)
        now = self.crew.keeper.clock.now()
        runs = self.runs(workflow=flow.name, limit=5)
        lines = why_workflow(workflow_row(flow, now), runs)
        return [*lines, *held_back(self.crew.app, flow)]

    def _why_run(self, run: str) -> Sequence[str]:
        store = self.crew.app.store
        if store.runs.is_run(run):
            return why_run(self.run(run))
        view = record.view_of(run, store.ledger.of_run(run))
        if not view.started:
            raise HoldfastError(no_such_run(store, run))
        return why_removed(view)

    def _names(self) -> Mapping[str, list[str]]:
        """What inputs that name something of the project may be."""
        project = self.crew.app.project
        return {
            "host": list(project.hosts),
            "environment": list(project.environments),
        }

    # --- inside --------------------------------------------------------------------------

    def _gates(self, view: RunView) -> Sequence[GateSheet]:
        with self.crew.keeper.store.looking() as transaction:
            through = {row.key for row in transaction.jobs(view.id)}
        opened = [
            (key, job.gate)
            for key, job in view.jobs.items()
            if job.state is State.GATED and job.gate and key not in through
        ]
        if not opened:
            return []
        workflow = str(view.started.get("workflow", ""))
        rows = self.runs([State.SUCCEEDED], workflow, HISTORY)
        keeper = self.crew.keeper
        with keeper.store.looking() as transaction:
            earlier = [keeper.view(transaction, row.id) for row in rows]
        return [
            gate_sheet(
                key, gate, keeper.gatekeeper.people(gate), shown_in(earlier, key)
            )
            for key, gate in opened
        ]

    def _undoing(self, run: str, only: Sequence[str]) -> Undoing:
        self._check(run)
        return undoing(self.crew.app, run, self.crew.flows.of, only)

    def _check(self, run: str) -> None:
        """Raise ``HoldfastError`` when there is no such run."""
        store = self.crew.app.store
        if not store.runs.is_run(run):
            raise HoldfastError(no_such_run(store, run))

    def _glasses(self, view: RunView) -> Sequence[GateSheet]:
        """Requests to pass windows and freezes that wait for a second person."""
        keeper = self.crew.keeper
        return [
            glass_sheet(key, asked, keeper.gatekeeper.named(asked.needs))
            for key, asked in break_glass.waiting(view, keeper.clock.now())
        ]

    def _closed(self, view: RunView) -> Sequence[str]:
        """Jobs that a window or a freeze holds back."""
        if view.state.is_end or view.cancelled:
            return ()
        keeper = self.crew.keeper
        with keeper.store.begin() as transaction:
            return list(break_glass.closed(keeper, transaction, view))

    def _children(self, view: RunView) -> Sequence[RunRow]:
        ids = [j.wait.child for j in view.jobs.values() if j.wait and j.wait.child]
        with self.crew.keeper.store.looking() as transaction:
            found = [transaction.run(child) for child in ids]
        return [row for row in found if row is not None]


def _version(newest: int, row: RunRow) -> int:
    return newest * 2 + (1 if row.ended else 0)


def _no_worker(name: str, known: Sequence[str]) -> Problem:
    return Problem(
        code="app.no-such-worker",
        summary=f"There is no worker {name}",
        detail=f"There are: {', '.join(known) or 'none'}. Nothing was changed.",
        next_step=did_you_mean(name, known),
    )


_: type[RunDesk] = LocalRunDesk
