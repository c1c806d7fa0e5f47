"""What every page is written on: the templates, and how a page or a form is answered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from holdfast.declare import lasting
from holdfast.ports import Clock
from holdfast.ports.desks.runbooks import days_ago
from holdfast.problems import HoldfastError, Problem
from holdfast.server.bodies import body_of
from holdfast.server.pages.graph import HEIGHT, WIDTH
from holdfast.server.pages.markdown import html_of
from holdfast.server.pages.moments import Moments, lasted, spent, zoned
from holdfast.server.pages.spans import WORDS, spoken
from holdfast.server.responses import status_of

_TEMPLATES = Path(__file__).parent / "templates"
_FIELDS, _LARGEST = 1000, 1 << 20

_SECTIONS = {
    "runs": "/",
    "run": "/",
    "times": "/",
    "log": "/",
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

NOT_SHOWN, NOT_DONE = "That cannot be shown", "That was not done"

Handler = Callable[[Request], Awaitable[Response]]


class Paper:
    """The templates of one project's pages; every text in them is escaped."""

    def __init__(self, project: str, clock: Clock) -> None:
        moments = Moments(clock)
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
            "legend": WORDS,
        }
        self._templates.filters |= {
            "ago": moments.ago,
            "exact": moments.exact,
            "since": moments.since,
            "lasted": lasted,
            "zoned": zoned,
            "span": lasting,
            "spent": spent,
            "spoken": spoken,
            "words": _words,
            "days": days_ago,
            "markdown": html_of,
        }

    def page(self, request: Request, template: str, /, **values: Any) -> str:
        """One page, for who asks for it."""
        here = _SECTIONS.get(template.removesuffix(".html"), "")
        who = getattr(request.state, "actor", "")
        return self.piece(template, here=here, who=who, **values)

    def piece(self, template: str, /, **values: Any) -> str:
        """A part of a page."""
        return self._templates.get_template(template).render(**values)

    def wrong(
        self, request: Request, error: HoldfastError, back: str, heading: str
    ) -> Response:
        """What went wrong, as a page with the status that fits it."""
        return self.refusal(request, status_of(error), error.problems, back, heading)

    def refusal(
        self,
        request: Request,
        status: int,
        problems: Sequence[Problem],
        back: str = "/",
        heading: str = NOT_SHOWN,
    ) -> Response:
        """A page that says what is wrong and what to do next."""
        told = {"problems": problems, "back": back, "heading": heading}
        return HTMLResponse(self.page(request, "wrong.html", **told), status)

    def shown(self, make: Callable[[Request], str]) -> Handler:
        """A page made in a thread; what goes wrong is a page too."""

        async def handle(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(make, request))
            except HoldfastError as error:
                return self.wrong(request, error, "/", NOT_SHOWN)

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
                where = back.format(**request.path_params)
                return self.wrong(request, error, where, NOT_DONE)
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


def _words(word: str) -> str:
    """A word of ours as people write it: ``in_doubt`` is ``in doubt``."""
    return word.replace("_", " ")


_NO_FORM = Problem(
    code="server.no-form",
    summary="That is no form of these pages",
    detail="A form has 1 MiB and 1000 fields at most, in UTF-8. Nothing was done.",
    next_step="Go back, and send less at a time.",
)
