"""What people ask about runbooks: how alive they are; and their manual steps in runs."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from holdfast import record
from holdfast.app.desks.pasting import without_secrets
from holdfast.app.desks.runbook_sheets import (
    block_rows,
    runbook_row,
    states_in,
    steps_of,
    text_of,
)
from holdfast.app.runs.inputs import given_values
from holdfast.app.runs.wiring import Crew
from holdfast.declare import Input, Workflow
from holdfast.engine.journal import moment
from holdfast.engine.runs import manual
from holdfast.engine.runs.job_contexts import environment_of
from holdfast.engine.runs.request import contexts_of
from holdfast.expressions import ExpressionError
from holdfast.model import Event, RunView, State, TaskView, digest
from holdfast.ports import (
    Proof,
    Report,
    RunbookDesk,
    RunbookRow,
    RunbookSheet,
    RunRow,
)
from holdfast.problems import HoldfastError, Problem, did_you_mean
from holdfast.record import Blocks

DAYS = 90
"""The window in which people's minutes are counted."""


@dataclass(slots=True)
class LocalRunbookDesk:
    """Runbooks of one project, and the manual steps of its runs."""

    crew: Crew

    def runbooks(self) -> Sequence[RunbookRow]:
        """Every runbook of the project, by name."""
        spent = self._spent()
        rows = [self._row(flow, spent.get(flow.name, {})) for flow in self._flows()]
        return sorted(rows, key=lambda row: row.name)

    def runbook(self, name: str, /) -> RunbookSheet:
        """One runbook by its name, its file or its file's name."""
        flow = self._named(name)
        spent = self._spent().get(flow.name, {})
        store, steps = self.crew.app.store, [step.id for step in steps_of(flow)]
        entries = store.ledger.of_workflow(flow.name, *record.BEGUN)
        last = next(iter(store.runs.runs(limit=1, workflow=flow.name)), None)
        return RunbookSheet(
            row=self._row(flow, spent),
            text=text_of(flow),
            blocks=block_rows(
                flow, spent, record.tallies_of(entries, steps), self._stands(last)
            ),
            last=last,
            looked_at=len({entry.run for entry in entries}),
        )

    # --- manual steps ------------------------------------------------------------------

    def take(self, run: str, job: str, step: int, actor: str) -> None:
        """Let others see who is at a manual step."""
        manual.take(self.crew.keeper, run, job, step, actor)

    def report(self, run: str, job: str, step: int, report: Report, actor: str) -> None:
        """Say what came of a manual step; its job goes on from there."""
        task = manual.open_task(self._view(run), run, job, step)
        fields = self._fields(run, task, report) if report.how == "done" else {}
        said = bool(report.text or fields)
        hide = without_secrets(self.crew.app, run, job) if said else str
        shown = {k: hide(v) if isinstance(v, str) else v for k, v in fields.items()}
        made = manual.Said(report.how, hide(report.text), shown)
        manual.report(self.crew.keeper, run, job, step, made, actor)

    def _fields(self, run: str, task: TaskView, report: Report) -> Mapping[str, Any]:
        project = self.crew.app.project
        names = {
            "host": list(project.hosts),
            "environment": list(project.environments),
        }
        return given_values(
            [Input(**one) for one in task.fields],
            report.fields,
            names,
            lambda name, known: _unknown(task, name, list(known)),
            lambda one: _missing(run, task, one),
        )

    # --- how alive they are ------------------------------------------------------------

    def _row(self, flow: Workflow, spent: Blocks) -> RunbookRow:
        return runbook_row(flow, spent, self._proof(flow), DAYS)

    def _proof(self, flow: Workflow) -> Proof | None:
        found = self.crew.app.store.runs.runs([State.SUCCEEDED], 1, "", flow.name)
        if not found:
            return None
        row, view = found[0], self._view(found[0].id)
        sources = view.started.get("sources") or {}
        at = row.ended or row.created
        return Proof(
            run=row.id,
            at=at,
            by=row.actor,
            age=(self._now() - at).total_seconds(),
            environment=self._environment(flow, view),
            same=sources.get(flow.file) == digest(flow.sources[flow.file]),
        )

    def _stands(self, newest: RunRow | None) -> Mapping[str, State]:
        """How the steps of the newest run stand; nothing when it cannot be read."""
        with suppress(HoldfastError):
            if newest is not None:
                view = self._view(newest.id)
                return states_in(view, self.crew.flows.of(view))
        return {}

    def _environment(self, flow: Workflow, view: RunView) -> str:
        try:
            return environment_of(flow.jobs[0], contexts_of(view))
        except ExpressionError:
            return ""

    def _spent(self) -> Mapping[str, Blocks]:
        since = moment(self._now() - timedelta(days=DAYS))
        entries = self.crew.app.store.ledger.of_event(Event.REPORTED)
        return record.hands_of(entries, since)

    def _view(self, run: str) -> RunView:
        return record.view_of(run, self.crew.app.store.ledger.of_run(run))

    def _now(self) -> datetime:
        return self.crew.keeper.clock.now()

    def _flows(self) -> list[Workflow]:
        return [one for one in self.crew.app.project.workflows if one.is_runbook]

    def _named(self, name: str) -> Workflow:
        found = self.crew.app.project.workflow(name)
        if found is None or not found.is_runbook:
            names = [flow.name for flow in self._flows()]
            raise HoldfastError(_no_runbook(name, names))
        return found


def _no_runbook(name: str, names: Sequence[str]) -> Problem:
    return Problem(
        code="app.no-such-runbook",
        summary=f"There is no runbook `{name}`",
        detail=f"There are: {', '.join(names) or 'none'}.",
        next_step=did_you_mean(name, names) or "Write one: runbooks/NAME.md",
    )


def _missing(run: str, task: TaskView, one: Input) -> Problem:
    return Problem(
        code="app.field-missing",
        summary=f"`{task.name}` asks for `{one.name}`",
        detail=f"{one.description or one.type}. Nothing was recorded.",
        next_step=f"holdfast done {run} -f {one.name}=VALUE",
    )


def _unknown(task: TaskView, name: str, known: Sequence[str]) -> Problem:
    return Problem(
        code="app.field-unknown",
        summary=f"`{task.name}` does not ask for `{name}`",
        detail=f"It asks for: {', '.join(known) or 'nothing'}. Nothing was recorded.",
        next_step=did_you_mean(name, known),
    )


_: type[RunbookDesk] = LocalRunbookDesk
