"""Taking back a run of a workflow: what that would do, and the run that does it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import yaml

from holdfast.app.application import Application
from holdfast.declare import Workflow
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.engine.steps.contexts import passed, secrets_in
from holdfast.engine.undoing import (
    Back,
    Begun,
    Given,
    WayBack,
    given,
    taken_back,
    way_back,
)
from holdfast.load.workflows import read_workflow
from holdfast.model import Entry, Event, RunView, State, digest
from holdfast.model.moments import to_minute
from holdfast.ports import RunRow, WaySheet
from holdfast.problems import HoldfastError, Problem
from holdfast.record import view_of

NAME = "undo of "
"""What such a workflow is called; a run's id follows."""

_MOST = 1000

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
    called: "tuple[Undoing, ...]" = ()
    """Runs of workflows that it had called; each is taken back by a run of its own."""
    before: tuple[RunRow, ...] = ()
    """Runs that took back some of it, or tried to, newest first."""
    given: Given = field(default_factory=Given)
    """The secrets it is given, in the versions the run had where that can be."""

    @property
    def content(self) -> bytes:
        """The workflow that takes it back, as its file would have it."""
        return yaml.safe_dump(
            _plain(self.way.written), sort_keys=False, allow_unicode=True
        ).encode()

    @property
    def by(self) -> tuple[RunRow, ...]:
        """The runs that took back what stays for that reason."""
        names = {one.by for one in self.way.left}
        mine = (row for row in self.before if row.id in names)
        return (*mine, *(row for one in self.called for row in one.by))

    @property
    def left(self) -> tuple[tuple[str, str, str], ...]:
        """What stays as it is: job, step and why, also of runs it had called."""
        mine = ((one.job, one.step, one.why) for one in self.way.left)
        theirs = (
            (f"{one.run}/{job}", step, why)
            for one in self.called
            for job, step, why in one.left
        )
        return (*mine, *theirs)

    @property
    def told(self) -> tuple[str, ...]:
        """What is said of secrets in other versions, also of runs it had called."""
        every = (*self.given.told, *(line for one in self.called for line in one.told))
        return tuple(dict.fromkeys(every))

    def sheet(self) -> WaySheet:
        """What a person is shown before anything is done."""
        return WaySheet(
            run=self.run,
            taken=tuple((one.job, one.step, one.does) for one in self.way.taken),
            left=self.left,
            secrets=self.told,
        )


def undoing(
    app: Application, run: str, flow_of: FlowOf, only: Sequence[str] = ()
) -> Undoing:
    """
    What would take back a run that has ended: of it only what was not taken back before.

    ``only`` are jobs and steps (``JOB/STEP``), none means all. Raises ``HoldfastError``
    when it has not ended, is itself the way back of another, or one is at it.
    """
    entries = app.store.ledger.of_run(run)
    view = view_of(run, entries)
    if not view.state.is_end:
        raise HoldfastError(_not_ended(run, view))
    if of := _undone_by(view):
        raise HoldfastError(_is_undo(run, of))
    before = undos_of(app, run)
    for row in before:
        if not row.state.is_end:
            raise HoldfastError(_at_work(run, row))
    flow = flow_of(view)
    begun = _begun(app, run, flow, entries)
    called = tuple(undoing(app, one, flow_of) for one in _workflows(app, begun))
    over = {one.run for one in called if not one.way.taken}
    rest = {key: tuple(r for r in runs if r not in over) for key, runs in begun.items()}
    back = _taken_before(app, view, before, flow_of)
    way = way_back(flow, view, rest, only, back, partial(_has, app, view))
    secrets = _given(app, run, view, way)
    return Undoing(run, view, flow, way, app.project.owner, called, before, secrets)


def undos_of(app: Application, run: str) -> tuple[RunRow, ...]:
    """The runs that take a run back, or did, newest first."""
    rows = app.store.runs.runs(workflow=f"{NAME}{run}", limit=_MOST)
    return tuple(row for row in rows if _undone_by(_view(app, row.id)) == run)


def start(app: Application, keeper: Keeper, made: Undoing, why: str, actor: str) -> str:
    """
    Start the run that takes one back; its id.

    Raises ``HoldfastError`` when somebody else has begun to do so meanwhile.
    """
    request = replace(request_of(made), why=why or f"undo {made.run}")
    _keep(app, made)
    known = {row.id for row in made.before}
    with keeper.store.begin() as transaction:
        for row in undos_of(app, made.run):
            if row.id not in known:
                raise HoldfastError(_at_work(made.run, row))
        return keeper.accept_in(transaction, request, actor)


def request_of(made: Undoing) -> Request:
    """
    What the run that takes it back is started with.

    Raises ``HoldfastError`` when nothing can be taken back.
    """
    if not made.way.taken:
        raise HoldfastError(
            _nothing_left(made, *made.by) if made.by else _nothing(made)
        )
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
        secrets=made.given.names,
        cause={
            "undo": made.run,
            **({"left": _told(made)} if made.left else {}),
            **({"secrets": list(made.told)} if made.told else {}),
        },
    )


def _keep(app: Application, made: Undoing) -> None:
    """Keep the bytes of what takes back a run and every run it had called."""
    app.store.contents.put({digest(made.content): made.content})
    for one in made.called:
        _keep(app, one)


def _view(app: Application, run: str) -> RunView:
    return view_of(run, app.store.ledger.of_run(run))


def _undone_by(view: RunView) -> str:
    """The run that one takes back; empty for any other."""
    return str((view.started.get("cause") or {}).get("undo", ""))


def _has(app: Application, view: RunView, name: str) -> bool:
    """Whether there is a secret that a run calls so."""
    ours: Mapping[str, str] | None = view.started.get("secrets")
    named = name if ours is None else ours.get(name, "")
    return bool(named) and app.secrets.get(named) is not None


def _given(app: Application, run: str, view: RunView, way: WayBack) -> Given:
    """The secrets of a way back, in the versions its run had where they are kept."""
    secrets, now = app.secrets, app.engine.clock.now()

    def newest(name: str) -> str:
        found = secrets.get(name)
        return found.version if found else ""

    return given(
        view,
        run,
        passed(secrets_in(way.written), view.started.get("secrets"), secrets.names),
        lambda name, version: secrets.at(name, version, now),
        newest,
    )


def _taken_before(
    app: Application, view: RunView, before: Iterable[RunRow], flow_of: FlowOf
) -> Back:
    found: dict[tuple[str, int], str] = {}
    for row in before:
        by = _view(app, row.id)
        found = {**taken_back(view, flow_of(by), by), **found}
    return found


def _workflows(app: Application, begun: Begun) -> list[str]:
    """Those of the runs that were begun that are runs of workflows."""
    every = {one for runs in begun.values() for one in runs}
    return [one for one in sorted(every) if app.store.runs.is_run(one)]


def _told(made: Undoing) -> list[str]:
    return [f"{job} / {step}: {why}" for job, step, why in made.left]


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
            found[where[1], where[2].partition(".")[0]].append(entry.run)
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


def _at_work(run: str, by: RunRow) -> Problem:
    gated = by.state is State.GATED
    return Problem(
        code="undo.at-work",
        summary=f"{by.id} takes {run} back already",
        detail=f"{by.actor} started it at {to_minute(by.created)}; it is {by.state.value}. "
        "Nothing was changed.",
        next_step=f"holdfast approve {by.id} --why TEXT"
        if gated
        else f"See what it waits for: holdfast why {by.id}",
    )


def _nothing_left(made: Undoing, last: RunRow, *_: RunRow) -> Problem:
    return Problem(
        code="undo.taken-back",
        summary=f"{made.run} was taken back by {last.id} already",
        detail=f"{last.actor} started that at {to_minute(last.created)}; it "
        f"{last.state.value}. Not taken back now: {'; '.join(_told(made))}. Nothing was "
        "changed.",
        next_step=f"See it: holdfast status {last.id}   (to do all of {made.run} once "
        f"more: holdfast run --again {made.run})",
    )


def _is_undo(run: str, of: str) -> Problem:
    return Problem(
        code="undo.of-undo",
        summary=f"{run} took {of} back, and is not taken back itself",
        detail=f"What takes it back is to do {of} again, as a new run with its own gates "
        "and its own way back. Nothing was changed.",
        next_step=f"holdfast run --again {of}",
    )


def _not_ended(run: str, view: RunView) -> Problem:
    return Problem(
        code="undo.not-ended",
        summary=f"{run} has not ended",
        detail=f"It is {view.state.value}. Nothing was changed.",
        next_step=f"End it first: holdfast cancel {run} --why TEXT",
    )


def _nothing(made: Undoing) -> Problem:
    why = "; ".join(_told(made))
    return Problem(
        code="undo.no-way-back",
        summary=f"Nothing of {made.run} can be taken back",
        detail=f"{why or 'It left nothing behind'}. Nothing was changed.",
        next_step="Say in the workflow how a step is taken back: `undo: COMMAND`.",
    )
