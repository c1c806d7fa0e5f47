"""Addresses for a browser: what is shown, and the forms that decide."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from holdfast.model import State
from holdfast.ports import Desk
from holdfast.problems import HoldfastError
from holdfast.server.access import Access
from holdfast.server.answers import status_of
from holdfast.server.guarding import COOKIE
from holdfast.server.pages.ansi import html_of
from holdfast.server.pages.graph import HEIGHT, WIDTH, picture

_TEMPLATES = Path(__file__).parent / "templates"
_SHOWN = 256 * 1024
_MONTH = 30 * 86400
_FIELDS = 200

Handler = Callable[[Request], Awaitable[Response]]


def routes(desk: Desk, access: Access, project: str) -> list[Route]:
    """Every page."""
    found = _Pages(desk, access, _environment(project))
    return [
        Route("/", found.shown(found.runs)),
        Route("/sign-in", found.sign_in, methods=["GET", "POST"]),
        Route("/runs/{run}", found.shown(found.run)),
        Route("/runs/{run}/part", found.shown(found.part)),
        Route("/runs/{run}/{do}", found.form, methods=["POST"]),
        Route("/workflows", found.shown(found.workflows)),
        Route("/workflows/start", found.start, methods=["POST"]),
        Route("/workers", found.shown(found.workers)),
    ]


def _environment(project: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )
    made.globals |= {"project": project, "WIDTH": WIDTH, "HEIGHT": HEIGHT}
    made.filters |= {"ago": _ago, "lasted": _lasted}
    return made


class _Pages:
    def __init__(self, desk: Desk, access: Access, templates: Environment) -> None:
        self._desk, self._access, self._templates = desk, access, templates

    def shown(self, page: Callable[[Request], str]) -> Handler:
        """A page made in a thread; what goes wrong is a page too."""

        async def handle(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(page, request))
            except HoldfastError as error:
                return self._wrong(error)

        return handle

    def runs(self, request: Request) -> str:
        asked = request.query_params
        state, workflow = asked.get("state", ""), asked.get("workflow", "")
        known = {one.value for one in State}
        rows = self._desk.runs([State(state)] if state in known else [], workflow, 100)
        return self._page("runs.html", rows=rows, states=sorted(known), state=state)

    def run(self, request: Request) -> str:
        return self._page("run.html", **self._sheet(request))

    def part(self, request: Request) -> str:
        return self._page("part.html", **self._sheet(request))

    def workflows(self, _request: Request) -> str:
        return self._page("workflows.html", rows=self._desk.workflows())

    def workers(self, _request: Request) -> str:
        return self._page("workers.html", rows=self._desk.workers())

    async def sign_in(self, request: Request) -> Response:
        token = request.query_params.get("token", "")
        if request.method == "POST":
            form = await request.form(max_fields=2)
            token = str(form.get("token", ""))
        if not token:
            return HTMLResponse(self._page("sign-in.html", wrong=False))
        if not self._access.actor(token):
            return HTMLResponse(self._page("sign-in.html", wrong=True), 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", max_age=_MONTH, path="/"
        )
        return response

    async def form(self, request: Request) -> Response:
        """A decision about a run."""
        form = await request.form(max_fields=_FIELDS)
        told = {key: str(value) for key, value in form.items()}
        run, actor = request.path_params["run"], request.state.actor
        try:
            await run_in_threadpool(
                self._do, request.path_params["do"], run, told, actor
            )
        except HoldfastError as error:
            return self._wrong(error, f"/runs/{run}")
        return RedirectResponse(f"/runs/{run}", 303)

    async def start(self, request: Request) -> Response:
        """Start a run by hand."""
        form = await request.form(max_fields=_FIELDS)
        told = {key: str(value) for key, value in form.items()}
        name, why = told.pop("workflow", ""), told.pop("why", "")
        inputs = {key.removeprefix("input."): value for key, value in told.items()}
        try:
            run = await run_in_threadpool(
                self._desk.start, name, inputs, request.state.actor, why
            )
        except HoldfastError as error:
            return self._wrong(error, "/workflows")
        return RedirectResponse(f"/runs/{run}", 303)

    def _do(self, what: str, run: str, told: dict[str, str], actor: str) -> None:
        why, job = told.get("why", ""), told.get("job", "")
        if what == "cancel":
            self._desk.cancel(run, why or "no reason given", actor)
        elif what in ("approve", "reject"):
            yes = what == "approve"
            self._desk.decide(run, job, told.get("digest", ""), why, actor, yes=yes)
        elif what == "answer" and told.get("answer") in ("made", "not-made", "failed"):
            self._desk.answer(run, job, told["answer"], actor)  # type: ignore[arg-type]

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
            "picture": picture(sheet.jobs, sheet.view),
            "logs": logs,
            "names": {job.id: job for job in sheet.jobs},
        }

    def _log(self, run: str, job: str, step: int) -> str:
        """The end of what a step printed; all of it is in the API."""
        text = self._desk.printed(run, job, step)
        cut = b"" if len(text) <= _SHOWN else b"... (the beginning is left out)\n"
        return (cut + text[-_SHOWN:]).decode("utf-8", "replace").rstrip("\n")

    def _page(self, name: str, **values: Any) -> str:
        return self._templates.get_template(name).render(**values)

    def _wrong(self, error: HoldfastError, back: str = "/") -> Response:
        page = self._page("wrong.html", problems=error.problems, back=back)
        return HTMLResponse(page, status_of(error))


def _ago(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _lasted(since: Any, until: Any) -> str:
    """Seconds or minutes between two moments, written or not."""
    if not since or not until:
        return ""
    begin, end = (
        one if isinstance(one, datetime) else datetime.fromisoformat(one)
        for one in (since, until)
    )
    seconds = (end - begin).total_seconds()
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{seconds:.1f}s"
