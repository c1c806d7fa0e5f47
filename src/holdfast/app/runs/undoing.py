"""Taking back a run of a workflow: what that would do, and the run that does it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import yaml

from holdfast.app.application import Application
from holdfast.declare import Workflow
from holdfast.engine.runs.request import Request
from holdfast.engine.undoing import Begun, WayBack, way_back
from holdfast.load.workflows import read_workflow
from holdfast.model import Entry, Event, RunView, digest
from holdfast.ports import WaySheet
from holdfast.problems import HoldfastError, Problem
from holdfast.record import view_of

NAME = "undo of "
"""What such a workflow is called; a run's id follows."""

FlowOf: TypeAlias = Callable[[RunView], Workflow]
"""Gives the workflow a run was started with, from the bytes that were kept."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """One run, and what takes it back."""

    run: str
    view: RunView
    flow: Workflow
    way: WayBack
    owner: str = ""
    called: tuple[str, ...] = ()
    """Runs of workflows that it had called; each is taken back by a run of its own."""

    @property
    def content(self) -> bytes:
        """The workflow that takes it back, as its file would have it."""
        return yaml.safe_dump(
            _plain(self.way.written), sort_keys=False, allow_unicode=True
        ).encode()

    def sheet(self) -> WaySheet:
        """What a person is shown before anything is done."""
        return WaySheet(
            run=self.run,
            taken=tuple((one.job, one.step, one.does) for one in self.way.taken),
            left=tuple((one.job, one.step, one.why) for one in self.way.left),
        )


def undoing(
    app: Application, run: str, flow_of: FlowOf, only: Sequence[str] = ()
) -> Undoing:
    """
    What would take back a run that has ended.

    ``only`` are jobs and steps (``JOB/STEP``), none means all. Raises ``HoldfastError``
    when it has not ended.
    """
    entries = app.store.ledger.of_run(run)
    view = view_of(run, entries)
    if not view.state.is_end:
        raise HoldfastError(_at_work(run, view))
    flow = flow_of(view)
    begun = _begun(app, run, flow, entries)
    way = way_back(flow, view, begun, only)
    every = {one for runs in begun.values() for one in runs}
    called = tuple(one for one in sorted(every) if app.store.runs.is_run(one))
    return Undoing(run, view, flow, way, app.project.owner, called)


def request_of(made: Undoing) -> Request:
    """
    What the run that takes it back is started with.

    Raises ``HoldfastError`` when nothing can be taken back.
    """
    if not made.way.taken:
        raise HoldfastError(_nothing(made))
    file, content = f"undo/{made.run}.yaml", made.content
    found = read_workflow(content, file, lambda _: None, made.owner)
    if found.workflow is None:
        raise HoldfastError(*(replace(p, place=None) for p in found.problems))
    started = made.view.started
    return Request(
        flow=found.workflow,
        sources={file: digest(content)},
        inputs=started.get("inputs") or {},
        github=started.get("github") or {},
        vars=started.get("vars") or {},
        commit=str(started.get("commit") or ""),
        title=f"{NAME}{made.run} ({made.flow.name})",
        secrets=started.get("secrets"),
        cause={"undo": made.run},
    )


def keep(app: Application, made: Undoing, flow_of: FlowOf) -> None:
    """Keep the bytes of what takes back a run and every run it had called."""
    app.store.contents.put({digest(made.content): made.content})
    for run in made.called:
        keep(app, undoing(app, run, flow_of), flow_of)


def _begun(
    app: Application, run: str, flow: Workflow, entries: Sequence[Entry]
) -> Begun:
    """The runs that the steps of a run have begun: called ones, and those on hosts."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for job, step, child in _called(flow, entries):
        found[job, step].append(child)
    for entry in app.store.ledger.of_event(Event.RUN_STARTED):
        where = str(entry.body.get("step", "")).split("/")
        if len(where) == 3 and where[0] == run:  # noqa: PLR2004 - run, job, step
            found[where[1], where[2]].append(entry.run)
    return {key: tuple(runs) for key, runs in found.items()}


def _called(flow: Workflow, entries: Sequence[Entry]) -> Iterator[tuple[str, str, str]]:
    for entry in entries:
        child = str(entry.body.get("child") or "")
        if entry.event is not Event.WAITING or not child:
            continue
        key, index = str(entry.body["job"]), int(str(entry.body.get("step", -1)))
        job = flow.job(key.partition(".")[0])
        steps = job.steps if job else ()
        step = steps[index].id if 0 <= index < len(steps) else ""
        yield key, step, child


def _plain(value: Any) -> Any:
    """Values as YAML writes them: mappings and lists of no special class."""
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case str():
            return str(value)
        case _:
            return value


def _at_work(run: str, view: RunView) -> Problem:
    return Problem(
        code="undo.not-ended",
        summary=f"{run} has not ended",
        detail=f"It is {view.state.value}. Nothing was changed.",
        next_step=f"End it first: holdfast cancel {run} --why TEXT",
    )


def _nothing(made: Undoing) -> Problem:
    why = "; ".join(f"{one.job} / {one.step}: {one.why}" for one in made.way.left)
    return Problem(
        code="undo.no-way-back",
        summary=f"Nothing of {made.run} can be taken back",
        detail=f"{why or 'It left nothing behind'}. Nothing was changed.",
        next_step="Say in the workflow how a step is taken back: `undo: COMMAND`.",
    )
