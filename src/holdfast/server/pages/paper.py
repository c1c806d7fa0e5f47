"""What every page is written on: the templates, and how a page or a form is answered."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from holdfast.problems import HoldfastError, Problem
from holdfast.server.answers import status_of
from holdfast.server.pages.graph import HEIGHT, WIDTH

_TEMPLATES = Path(__file__).parent / "templates"
_FIELDS = 200

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
            "WIDTH": WIDTH,
            "HEIGHT": HEIGHT,
        }
        self._templates.filters |= {"ago": _ago, "lasted": _lasted}

    def page(self, template: str, /, **values: Any) -> str:
        """One page."""
        return self._templates.get_template(template).render(**values)

    def wrong(self, error: HoldfastError, back: str = "/") -> Response:
        """What went wrong, as a page with the status that fits it."""
        page = self.page("wrong.html", problems=error.problems, back=back)
        return HTMLResponse(page, status_of(error))

    def shown(self, make: Callable[[Request], str]) -> Handler:
        """A page made in a thread; what goes wrong is a page too."""

        async def handle(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(make, request))
            except HoldfastError as error:
                return self.wrong(error)

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
            body = await request.body()
            try:
                there = await run_in_threadpool(do, request, fields_of(body))
            except HoldfastError as error:
                return self.wrong(error, back.format(**request.path_params))
            return RedirectResponse(there, 303)

        return handle


def fields_of(body: bytes) -> Mapping[str, str]:
    """
    The fields of a form as a browser sends it; none of ours has files.

    Raises ``HoldfastError`` for more of them than any page has.
    """
    text = body.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise HoldfastError(_TOO_MANY) from error
    return dict(pairs)


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


_TOO_MANY = Problem(
    code="server.too-many-fields",
    summary="The form has too many fields",
    detail=f"No page has more than {_FIELDS}. Nothing was done.",
    next_step="Load the page again, and send what it shows.",
)
