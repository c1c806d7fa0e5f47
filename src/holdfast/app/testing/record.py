"""A real run, frozen into a test: what started it, how its steps went, what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from holdfast.app.application import Application
from holdfast.app.runs.flows import Flows
from holdfast.app.unknown import no_such_run
from holdfast.declare import Step, Workflow
from holdfast.engine.runs.waiting import leaves
from holdfast.expressions.coerce import to_text
from holdfast.load.workflow_tests import FOLDER
from holdfast.load.yaml_text import to_yaml
from holdfast.model import Entry, Event, JobView, RunView, State, StepView
from holdfast.model.moments import stamp
from holdfast.problems import HoldfastError, Problem
from holdfast.record import view_of

_FROM_GITHUB = ("ref", "ref_name", "ref_type", "sha", "repository")
_EARLY = timedelta(minutes=1)

_WORDS = {
    Event.APPROVED: "approve",
    Event.REJECTED: "reject",
    Event.ANSWERED: "",
    Event.REPORTED: "",
    Event.CANCEL_ASKED: "cancel",
}
"""What people say, in the words of a test; an answer says itself what it is."""

_OURS = "holdfast"
_UNTIL_STOPPED = {"takes": "7d"}
"""A step that was ended ends again by what ended it."""

_HELD = "its check holds already"
_CHECKED = "it was cut off, and its check"


def record(app: Application, run: str) -> dict[str, Any]:
    """
    The values of a test that passes when nothing has changed since.

    Raises ``HoldfastError`` when there is no such run, it is part of another one, or it
    has not ended.
    """
    return _Recording.of(app, run).values()


def write(
    app: Application, run: str, values: Mapping[str, Any], out: Path | None
) -> Path:
    """Write a test into a new file; raises ``HoldfastError`` when there is one."""
    path = out or app.root / FOLDER / f"{run}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_yaml(dict(values)))
    except FileExistsError as error:
        raise HoldfastError(_is_there(path, run)) from error
    return path


class _Recording:
    """Everything that is kept of one run, and of those below it."""

    def __init__(self, app: Application, views: dict[str, RunView]) -> None:
        self._app, self._views = app, views
        self._flows = Flows(app)
        self._top = next(iter(views.values()))
        self._asked = {
            (self._path(view, str(entry.body["job"])), int(str(entry.body["step"])))
            for view in views.values()
            for entry in app.store.ledger.of_run(view.id)
            if entry.event is Event.ASKED
        }
        for name in app.secrets.names():
            with suppress(HoldfastError):
                app.secrets.every(name)

    @classmethod
    def of(cls, app: Application, run: str) -> "_Recording":
        """
        Read a run and its children from the store.

        Raises ``HoldfastError`` for none, for a child, and for one at work.
        """
        with app.store.runs.begin() as transaction:
            row = transaction.run(run)
        if row is None:
            raise HoldfastError(no_such_run(app.store, run))
        view = view_of(run, app.store.ledger.of_run(run))
        if row.parent or not (view.state.is_end or view.state is State.IN_DOUBT):
            raise HoldfastError(_not_whole(run, row.parent.partition("/")[0], view))
        views, waiting = {run: view}, [run]
        every = app.store.runs.runs(limit=10_000)
        while waiting:
            above = waiting.pop(0)
            for one in reversed(every):
                if one.parent.partition("/")[0] == above:
                    views[one.id] = view_of(one.id, app.store.ledger.of_run(one.id))
                    waiting.append(one.id)
        return cls(app, views)

    def values(self) -> dict[str, Any]:
        """The whole test, without any value of a secret."""
        view, started = self._top, self._top.started
        made: dict[str, Any] = {
            "name": f"as {view.id} went",
            "workflow": started["file"],
            **self._beginning(),
            "vars": self._vars(),
            "fakes": {p: f for p, j in self._jobs() if (f := self._fakes(p, j))},
            "people": list(self._people()),
            "expect": self._expected(),
        }
        whole: dict[str, Any] = self._hidden({k: v for k, v in made.items() if v != {}})
        return {key: value for key, value in whole.items() if value != []}

    # --- how it began ----------------------------------------------------------------

    def _beginning(self) -> dict[str, Any]:
        view, started = self._top, self._top.started
        begun, cause = datetime.fromisoformat(view.at), started.get("cause") or {}
        github = started.get("github") or {}
        seen = {k: github[k] for k in _FROM_GITHUB if github.get(k)}
        if "schedule" in cause:
            due = datetime.fromisoformat(cause["at"]).astimezone(UTC)
            return {"at": stamp(due - _EARLY), "schedule": "1m", "github": seen}
        if cause.get("events"):
            return {**self._events(cause["events"]), "github": seen}
        return {
            "at": stamp(begun),
            "by": view.actor,
            "inputs": dict(started.get("inputs") or {}),
            "github": seen,
        }

    def _events(self, names: Iterable[str]) -> dict[str, Any]:
        with self._app.store.events.begin() as transaction:
            found = transaction.occurrences(list(names))
        if not found:
            raise HoldfastError(_forgotten(self._top.id))
        first = found[0].at
        told = [
            {
                "type": one.type,
                "action": one.action,
                "source": one.source,
                "subject": one.subject,
                "after": f"{int((one.at - first).total_seconds())}s",
                "data": dict(one.data),
            }
            for one in found
        ]
        return {"at": stamp(first), "events": told}

    def _vars(self) -> dict[str, Any]:
        """Variables that are not the project's any more as they were."""
        now = self._app.project.vars
        then = self._top.started.get("vars") or {}
        return {name: value for name, value in then.items() if now.get(name) != value}

    # --- how it went -----------------------------------------------------------------

    def _jobs(self) -> Iterator[tuple[str, JobView]]:
        for view in self._views.values():
            for key, job in view.jobs.items():
                yield self._path(view, key), job

    def _path(self, view: RunView, key: str) -> str:
        parent, _, above = str(view.started.get("parent") or "").partition("/")
        if view is self._top or parent not in self._views:
            return key
        return f"{self._path(self._views[parent], above)}/{key}"

    def _flow(self, path: str) -> Workflow:
        for view in self._views.values():
            if any(self._path(view, key) == path for key in view.jobs):
                return self._flows.of(view)
        return self._flows.of(self._top)

    def _steps(self, path: str, job: JobView) -> Iterator[tuple[Step, StepView]]:
        declared = self._flow(path).job(job.id)
        for index, view in sorted(job.steps.items()):
            if declared is not None and index < len(declared.steps):
                yield declared.steps[index], view

    def _fakes(self, path: str, job: JobView) -> dict[str, Any]:
        """What each step came to, where that is not what a step without a fake does."""
        made = {
            step.id: _faked(step, view, asked=(path, view.index) in self._asked)
            for step, view in self._steps(path, job)
        }
        return {name: faked for name, faked in made.items() if faked}

    def _people(self) -> Iterator[dict[str, Any]]:
        """What people said, in order, and how long after they were asked."""
        told: list[tuple[str, dict[str, Any]]] = []
        for view in self._views.values():
            asked = {"": view.at}
            for entry in self._app.store.ledger.of_run(view.id):
                job = str(entry.body.get("job", ""))
                if entry.event in (Event.GATE_OPENED, Event.ASKED, Event.HANDED):
                    asked[job] = entry.at
                elif entry.event in _WORDS and entry.actor != _OURS:
                    path = self._path(view, job) if job else ""
                    said = _said(entry, path, asked.get(job, entry.at))
                    told.append((entry.at, said))
        for _, said in sorted(told, key=lambda one: one[0]):
            yield said

    # --- what came of it ---------------------------------------------------------------

    def _expected(self) -> dict[str, Any]:
        return {
            "state": self._top.state.value,
            "jobs": {
                path: {
                    "state": job.state.value,
                    **_outputs(job.outputs),
                    **self._expected_steps(path, job),
                }
                for path, job in self._jobs()
            },
        }

    def _expected_steps(self, path: str, job: JobView) -> dict[str, Any]:
        ends = {
            step.id: "in_doubt" if view.state is State.IN_DOUBT else view.outcome
            for step, view in self._steps(path, job)
        }
        return {"steps": ends} if ends else {}

    def _hidden(self, value: Any) -> Any:
        match value:
            case str():
                return self._app.secrets.redact(value)
            case Mapping():
                return {self._hidden(key): self._hidden(v) for key, v in value.items()}
            case list() | tuple():
                return [self._hidden(item) for item in value]
            case _:
                return value


def _faked(step: Step, view: StepView, *, asked: bool) -> dict[str, Any]:
    """What a step came to; nothing where that is a success that left nothing."""
    why = str(view.body.get("why", ""))
    if view.outcome == "skipped" or leaves(step):
        return {}
    if why.startswith(_HELD):
        return {"check": "made"}
    if why.startswith(_CHECKED):
        return {"outcome": "crash", "check": "made"}
    if asked and view.attempt == 1:
        return {"outcome": "crash"}
    made = _came_to(view)
    if view.attempt == 1:
        return made
    before = "failure" if step.retry.attempts > 1 and not asked else "crash"
    return {"attempts": [*[before] * (view.attempt - 1), made or "success"]}


def _came_to(view: StepView) -> dict[str, Any]:
    """What the last attempt left."""
    body, outcome = view.body, view.outcome
    if outcome == "cancelled":
        return dict(_UNTIL_STOPPED)
    made: dict[str, Any] = {} if outcome == "success" else {"outcome": outcome}
    if outcome == "failure" and body.get("why"):
        made["why"] = body["why"]
    for key in ("outputs", "env"):
        if body.get(key):
            made[key] = {name: to_text(value) for name, value in body[key].items()}
    if body.get("lines"):
        made["prints"] = list(body["lines"])
    seconds = _seconds(view.started, view.ended)
    if seconds and view.attempt == 1:
        made["takes"] = f"{seconds}s"
    return made


def _outputs(seen: Mapping[str, Any]) -> dict[str, Any]:
    """A job's outputs, where it has any."""
    told = {name: to_text(value) for name, value in seen.items() if value is not None}
    return {"outputs": told} if told else {}


def _said(entry: Entry, path: str, asked: str) -> dict[str, Any]:
    says = _WORDS[entry.event] or str(entry.body.get("answer") or entry.body["how"])
    made = {"says": says, "by": entry.actor, **({"job": path} if path else {})}
    told = str(entry.body.get("why") or entry.body.get("text") or "")
    why, fields = (
        told.removeprefix(f"{entry.actor} cancelled it: "),
        entry.body.get("fields"),
    )
    after = _seconds(asked, entry.at)
    return {
        **made,
        **({"why": why} if why else {}),
        **({"fields": fields} if fields else {}),
        **({"after": f"{after}s"} if after else {}),
    }


def _seconds(since: str, until: str) -> int:
    """Whole seconds between two moments; none when one is not known."""
    if not (since and until):
        return 0
    first, last = map(datetime.fromisoformat, (since, until))
    return max(0, int((last - first).total_seconds()))


def _not_whole(run: str, parent: str, view: RunView) -> Problem:
    seen = f"It is part of {parent}" if parent else f"It is {view.state.value}"
    step = f"holdfast test record {parent}" if parent else f"holdfast status {run}"
    return Problem(
        code="test.not-whole",
        summary=f"{run} cannot be made a test",
        detail=f"{seen}; wanted is a whole run that has ended. Nothing was written.",
        next_step=step,
    )


def _forgotten(run: str) -> Problem:
    return Problem(
        code="test.forgotten",
        summary=f"What started {run} is not kept any more",
        detail="Its events were pruned. Nothing was written.",
        next_step="Record a newer run: holdfast runs",
    )


def _is_there(path: Path, run: str) -> Problem:
    return Problem(
        code="test.is-there",
        summary=f"{path} is there already",
        detail="Nothing was written.",
        next_step=f"Name another file: holdfast test record {run} -o FILE",
    )
