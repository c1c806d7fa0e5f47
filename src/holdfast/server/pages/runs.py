"""Pages of runs, workflows and workers, and the forms that decide about a run."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.routing import Route

from holdfast.model import State
from holdfast.ports import RunDesk
from holdfast.server.pages.ansi import html_of
from holdfast.server.pages.graph import picture
from holdfast.server.pages.layout import Paper

_SHOWN = 256 * 1024
_ROWS = 100


def routes(desk: RunDesk, paper: Paper) -> list[Route]:
    """What is shown of runs, and what can be done."""
    found = _Pages(desk, paper)
    shown, done = paper.shown, paper.done
    return [
        Route("/", shown(found.runs)),
        Route("/runs/{run}", shown(found.run)),
        Route("/runs/{run}/part", shown(found.part)),
        Route("/runs/{run}/undo", shown(found.way_back), methods=["GET"]),
        Route("/runs/{run}/undo", done(found.undo, "/runs/{run}"), methods=["POST"]),
        Route("/runs/{run}/{do}", done(found.decide, "/runs/{run}"), methods=["POST"]),
        Route("/workflows", shown(found.workflows)),
        Route("/workflows/start", done(found.start, "/workflows"), methods=["POST"]),
        Route("/workers", shown(found.workers)),
    ]


class _Pages:
    def __init__(self, desk: RunDesk, paper: Paper) -> None:
        self._desk, self._page = desk, paper.page

    def runs(self, request: Request) -> str:
        asked = request.query_params
        state, workflow = asked.get("state", ""), asked.get("workflow", "")
        known = {one.value for one in State}
        states = [State(state)] if state in known else []
        rows = self._desk.runs(states, workflow, _ROWS)
        return self._page("runs.html", rows=rows, states=sorted(known), state=state)

    def run(self, request: Request) -> str:
        return self._page("run.html", **self._sheet(request))

    def part(self, request: Request) -> str:
        return self._page("part.html", **self._sheet(request))

    def workflows(self, _request: Request) -> str:
        return self._page("workflows.html", rows=self._desk.workflows())

    def workers(self, _request: Request) -> str:
        return self._page("workers.html", rows=self._desk.workers())

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
        return self._page(
            "undo.html", way=self._desk.way_back(request.path_params["run"])
        )

    def undo(self, request: Request, told: Mapping[str, str]) -> str:
        """Start the run that takes it back."""
        run, why = request.path_params["run"], told.get("why", "")
        return f"/runs/{self._desk.undo(run, why, request.state.actor)}"

    def _sheet(self, request: Request) -> dict[str, Any]:
        sheet = self._desk.run(request.path_params["run"])
        logs = {
            (key, index): Markup(html_of(self._log(sheet.row.id, key, index)))  # noqa: S704
            for key, job in sheet.view.jobs.items()
            for index in job.steps
        }
        return {
            "sheet": sheet,
            "row": sheet.row,
            "view": sheet.view,
            "picture": picture(sheet),
            "logs": logs,
            "names": {job.id: job for job in sheet.jobs},
        }

    def _log(self, run: str, job: str, step: int) -> str:
        """The end of what a step printed; all of it is in the API."""
        text = self._desk.printed(run, job, step)
        cut = b"" if len(text) <= _SHOWN else b"... (the beginning is left out)\n"
        return (cut + text[-_SHOWN:]).decode("utf-8", "replace").rstrip("\n")


def _inputs(told: Mapping[str, str]) -> dict[str, str]:
    """The inputs of a run among the fields of a form."""
    return {
        key.removeprefix("input."): value
        for key, value in told.items()
        if key.startswith("input.")
    }
