"""Pages of runs, workflows and workers, and the forms that decide about a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.routing import Route

from holdfast.model import JobView, State, StepView
from holdfast.ports import RunDesk, RunSheet
from holdfast.server.pages.ansi import html_of
from holdfast.server.pages.filters import Filter, filter_of
from holdfast.server.pages.graph import EACH, picture
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.live import Live, is_part
from holdfast.server.pages.spans import table
from holdfast.server.pages.timeline import timeline

_SHOWN, _IN_ALL = 256 * 1024, 1024 * 1024
"""So much of one step, and of all that are closed, is in the page; the rest is linked."""
_READ = 16 * 1024
"""What reading one counts for at least: a page of a long run reads some and no more."""
_ROWS = 50
_MANY = 40
"""Steps above which a job that went well is folded."""


def routes(desk: RunDesk, paper: Paper, live: Live) -> list[Route]:
    """What is shown of runs, and what can be done."""
    found = _Pages(desk, paper, live)
    shown, done = paper.shown, paper.done
    return [
        Route("/", live.shown(found.runs)),
        Route("/runs/{run}", shown(found.run)),
        Route("/runs/{run}/part", shown(found.part)),
        Route("/runs/{run}/times", shown(found.times)),
        Route("/runs/{run}/log/{job}/{step:int}", shown(found.log)),
        Route("/runs/{run}/undo", shown(found.way_back), methods=["GET"]),
        Route("/runs/{run}/undo", done(found.undo, "/runs/{run}"), methods=["POST"]),
        Route("/runs/{run}/{do}", done(found.decide, "/runs/{run}"), methods=["POST"]),
        Route("/workflows", shown(found.workflows)),
        Route("/workflows/start", done(found.start, "/workflows"), methods=["POST"]),
        Route("/workers", shown(found.workers)),
    ]


class _Pages:
    def __init__(self, desk: RunDesk, paper: Paper, live: Live) -> None:
        self._desk, self._page, self._live = desk, paper.page, live

    def runs(self, request: Request) -> str:
        """The newest ones that were asked for; what can be asked for is not live."""
        asked = filter_of(request.query_params)
        rows = self._desk.runs(
            asked.states, asked.workflow, _ROWS, asked.before, asked.trigger
        )
        last = rows[-1].id if len(rows) == _ROWS else ""
        names = () if is_part(request) else self._names(asked)
        return self._live.page(
            request,
            "runs.html",
            rows=rows,
            asked=asked,
            older=urlencode([*asked.fields, ("before", last)]) if last else "",
            names=names,
        )

    def run(self, request: Request) -> str:
        return self._page(request, "run.html", **self._sheet(request, _IN_ALL))

    def part(self, request: Request) -> str:
        return self._page(request, "part.html", **self._sheet(request, 0))

    def times(self, request: Request) -> str:
        """The timeline as a table."""
        sheet = self._desk.run(request.path_params["run"])
        return self._page(request, "times.html", row=sheet.row, rows=table(sheet))

    def log(self, request: Request) -> str:
        """What one step printed: a page, or the part that goes into the run's."""
        run, job, step = (request.path_params[name] for name in ("run", "job", "step"))
        if is_part(request):
            return self._page(request, "output.html", text=self._log(run, job, step))
        sheet = self._desk.run(run)
        text = self._log(sheet.row.id, job, step)
        return self._page(
            request, "log.html", sheet=sheet, job=job, step=step, text=text
        )

    def workflows(self, request: Request) -> str:
        return self._page(request, "workflows.html", rows=self._desk.workflows())

    def workers(self, request: Request) -> str:
        return self._page(request, "workers.html", rows=self._desk.workers())

    def start(self, request: Request, told: Mapping[str, str]) -> str:
        """Start a run by hand."""
        name, why = told.get("workflow", ""), told.get("why", "")
        run = self._desk.start(name, _inputs(told), request.state.actor, why)
        return f"/runs/{run}"

    def decide(self, request: Request, told: Mapping[str, str]) -> str:
        """Cancel, approve, reject, answer, break the glass or start again."""
        run, actor = request.path_params["run"], request.state.actor
        what = request.path_params["do"]
        why, job = told.get("why", ""), told.get("job", "")
        if what == "cancel":
            self._desk.cancel(run, why or "no reason given", actor)
        elif what in ("approve", "reject"):
            yes = what == "approve"
            self._desk.decide(run, job, told.get("digest", ""), why, actor, yes=yes)
        elif what == "break-glass":
            self._desk.break_glass(run, job, why, actor)
        elif what == "answer" and told.get("answer") in ("made", "not-made", "failed"):
            self._desk.answer(run, job, told["answer"], actor)  # type: ignore[arg-type]
        elif what == "again":
            run = self._desk.again(run, _inputs(told), actor)
        return f"/runs/{run}"

    def way_back(self, request: Request) -> str:
        """What would take it back, and a form that asks for it."""
        way = self._desk.way_back(request.path_params["run"])
        return self._page(request, "undo.html", way=way)

    def undo(self, request: Request, told: Mapping[str, str]) -> str:
        """Start the run that takes it back."""
        run, why = request.path_params["run"], told.get("why", "")
        return f"/runs/{self._desk.undo(run, why, request.state.actor)}"

    def _names(self, asked: Filter) -> list[str]:
        """The workflows there are, and the one that is asked for."""
        names = {row.name for row in self._desk.workflows() if not row.refused}
        return sorted(names | ({asked.workflow} - {""}))

    def _sheet(self, request: Request, budget: int) -> dict[str, Any]:
        sheet = self._desk.run(request.path_params["run"])
        steps = sum(len(job.steps) for job in sheet.view.jobs.values())
        return {
            "sheet": sheet,
            "row": sheet.row,
            "view": sheet.view,
            "picture": picture(sheet),
            "timeline": timeline(sheet),
            "logs": dict(self._logs(sheet, budget)),
            "names": {job.id: job for job in sheet.jobs},
            "many": steps > _MANY,
            "waiting": _waiting(sheet),
            "told": list(_told(sheet)),
        }

    def _logs(
        self, sheet: RunSheet, budget: int
    ) -> Iterator[tuple[tuple[str, int], Markup]]:
        """What open steps printed, and as much of the others as the budget allows."""
        for key, job in sheet.view.jobs.items():
            for index, step in job.steps.items():
                if is_open(step) or budget > 0:
                    text = self._log(sheet.row.id, key, index)
                    budget -= 0 if is_open(step) else max(len(text), _READ)
                    yield (key, index), text

    def _log(self, run: str, job: str, step: int) -> Markup:
        """The end of what a step printed; all of it is in the API."""
        text = self._desk.printed(run, job, step)
        cut = b"" if len(text) <= _SHOWN else b"... (the beginning is left out)\n"
        shown = (cut + text[-_SHOWN:]).decode("utf-8", "replace").rstrip("\n")
        return Markup(html_of(shown))  # noqa: S704 - every text in it is escaped


def is_open(step: StepView) -> bool:
    """Whether a reader wants to see at once what a step printed."""
    return step.state in (State.FAILED, State.RUNNING, State.IN_DOUBT)


def _told(sheet: RunSheet) -> Iterator[tuple[bool, Sequence[JobView]]]:
    """The jobs that began; those of a large matrix that went well are told as one."""
    for job in sheet.jobs:
        seen = sheet.view.of(job.id)
        well = [one for one in seen if one.state is State.SUCCEEDED]
        if len(seen) <= EACH or len(well) <= 1:
            yield False, seen
            continue
        yield False, [one for one in seen if one not in well]
        yield True, well


def _waiting(sheet: RunSheet) -> list[tuple[str, str]]:
    """What waits and why, but for what is with people: that has a form of its own."""
    seen = sheet.view.jobs
    handed = {key for key, job in seen.items() if job.wait and job.wait.task}
    return [
        (sheet.name(key) if key else sheet.row.id, why)
        for key, why in sheet.waits.items()
        if why and key not in handed
    ]


def _inputs(told: Mapping[str, str]) -> dict[str, str]:
    """The inputs of a run among the fields of a form."""
    return {
        key.removeprefix("input."): value
        for key, value in told.items()
        if key.startswith("input.")
    }
