"""What every page is written on: the templates, and how a page or a form is answered."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from holdfast.declare import lasting
from holdfast.ports.desks.runbooks import days_ago
from holdfast.problems import HoldfastError, Problem
from holdfast.server.bodies import body_of
from holdfast.server.pages.graph import HEIGHT, WIDTH
from holdfast.server.pages.markdown import html_of
from holdfast.server.responses import refused, status_of

_TEMPLATES = Path(__file__).parent / "templates"
_FIELDS, _LARGEST = 1000, 1 << 20

_SECTIONS = {
    "runs": "/",
    "run": "/",
    "undo": "/",
    "workflows": "/workflows",
    "runbooks": "/runbooks",
    "runbook": "/runbooks",
    "events": "/events",
    "event": "/events",
    "schedules": "/schedules",
    "missed": "/schedules",
    "rules": "/rules",
    "backtest": "/rules",
    "workers": "/workers",
    "outbox": "/outbox",
    "letter": "/outbox",
}
"""The entry of the menu a page belongs to."""

_MENU = tuple(
    (path, path.strip("/").title() or "Runs")
    for path in dict.fromkeys(_SECTIONS.values())
)

Handler = Callable[[Request], Awaitable[Response]]


class Paper:
    """The templates of one project's pages; every text in them is escaped."""

    def __init__(self, project: str) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
        )
        self._templates.globals |= {
            "project": project,
            "menu": _MENU,
            "WIDTH": WIDTH,
            "HEIGHT": HEIGHT,
        }
        self._templates.filters |= {
            "ago": _ago,
            "lasted": _lasted,
            "zoned": _zoned,
            "span": lasting,
            "spent": _spent,
            "days": days_ago,
            "markdown": html_of,
        }

    def page(self, template: str, /, **values: Any) -> str:
        """One page."""
        here = _SECTIONS.get(template.removesuffix(".html"), "")
        return self._templates.get_template(template).render(here=here, **values)

    def wrong(
        self, error: HoldfastError, back: str = "/", heading: str = "That was not done"
    ) -> Response:
        """What went wrong, as a page with the status that fits it."""
        page = self.page(
            "wrong.html", problems=error.problems, back=back, heading=heading
        )
        return HTMLResponse(page, status_of(error))

    async def missing(self, request: Request, _error: Exception) -> Response:
        """The answer to an address that is none."""
        if request.url.path.startswith("/api/"):
            return refused(404, _NOTHING)
        page = self.page(
            "wrong.html", problems=[_NOTHING], back="/", heading=_NOT_SHOWN
        )
        return HTMLResponse(page, 404)

    def shown(self, make: Callable[[Request], str]) -> Handler:
        """A page made in a thread; what goes wrong is a page too."""

        async def handle(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(make, request))
            except HoldfastError as error:
                return self.wrong(error, heading=_NOT_SHOWN)

        return handle

    def done(
        self, do: Callable[[Request, Mapping[str, str]], str], back: str = "/"
    ) -> Handler:
        """
        A form: ``do`` gets its fields and answers where to look then.

        ``back`` is where the page of what went wrong leads; ``{name}`` in it is filled
        from the address.
        """

        async def handle(request: Request) -> Response:
            try:
                told = await fields_of(request)
                there = await run_in_threadpool(do, request, told)
            except HoldfastError as error:
                return self.wrong(error, back.format(**request.path_params))
            return RedirectResponse(there, 303)

        return handle


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields of a form; raises ``HoldfastError`` for what no page here sends."""
    body = await body_of(request, _LARGEST, _NO_FORM)
    if isinstance(body, Response):
        raise HoldfastError(_NO_FORM)
    return form_of(body)


def form_of(body: bytes) -> Mapping[str, str]:
    """The fields of a form as browsers send it; none of ours has files."""
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS,
        )
    except ValueError as error:
        raise HoldfastError(_NO_FORM) from error
    return dict(pairs)


def _ago(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _zoned(moment: datetime, zone: str) -> str:
    """What a clock in a zone shows, with the day of the week."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


def _spent(seconds: float) -> str:
    """So much of people's time, in hours and minutes."""
    minutes = round(seconds / 60)
    if seconds and minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


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


_NOT_SHOWN = "That cannot be shown"
_NOTHING = Problem(
    code="server.no-such-page",
    summary="There is nothing at this address",
    detail="Nothing was done.",
    next_step="Begin with the list of runs.",
)
_NO_FORM = Problem(
    code="server.no-form",
    summary="That is no form of these pages",
    detail="A form has 1 MiB and 1000 fields at most, in UTF-8. Nothing was done.",
    next_step="Go back, and send less at a time.",
)
