"""One address of the API: a JSON object in, one with a schema or a problem out."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from holdfast.problems import HoldfastError, Problem
from holdfast.server.bodies import body_of
from holdfast.server.responses import failed, refused

_LONGEST, _LONGEST_KEY = 1 << 20, 255

Function: TypeAlias = Callable[[Request, dict[str, Any]], Response]
"""What an address does with a request and the object of its body."""

Row: TypeAlias = tuple[str, str, Function]
"""Method, path below ``/api/1``, and what is done."""


def routes_of(table: Iterable[Row]) -> list[Route]:
    """The addresses of a table."""
    return [
        Route(f"/api/1{path}", _endpoint(function), methods=[method])
        for method, path, function in table
    ]


def _endpoint(function: Function) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        body: Any = {}
        if request.method == "POST":
            content = await body_of(request, _LONGEST, _TOO_LARGE)
            if isinstance(content, Response):
                return content
            try:
                body = json.loads(content or b"{}")
            except (ValueError, RecursionError):
                return refused(400, _NOT_JSON)
        if not isinstance(body, dict):
            return refused(400, _NOT_JSON)
        try:
            return await run_in_threadpool(function, request, body)
        except HoldfastError as error:
            return failed(error)
        except (KeyError, TypeError, ValueError) as error:
            return refused(400, _unfit(error))

    return handle


def key_of(request: Request) -> str:
    """The ``Idempotency-Key`` of a request; raises ``ValueError`` for a monster."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > _LONGEST_KEY:
        message = f"an Idempotency-Key has {_LONGEST_KEY} characters at most"
        raise ValueError(message)
    return key


def page_of(request: Request, most: int = 500) -> tuple[int, str]:
    """
    How many rows are wanted (``most`` at the most), and where the last page ended.

    Raises ``ValueError`` for less than one.
    """
    asked = request.query_params
    limit = int(asked.get("limit", "50"))
    if limit < 1:
        message = "`limit` is 1 or more"
        raise ValueError(message)
    return min(limit, most), asked.get("before", "")


def next_of(ids: Sequence[str], limit: int) -> str:
    """What to ask the next page for; empty when this was the last one."""
    return ids[-1] if len(ids) == limit else ""


def flag(body: dict[str, Any], name: str) -> bool:
    """
    A yes or a no that was said as one: the text "false" would be a yes.

    Raises ``KeyError`` when it was not said, ``TypeError`` for anything else.
    """
    said = body[name]
    if not isinstance(said, bool):
        message = f"`{name}` is true or false"
        raise TypeError(message)
    return said


def _unfit(error: Exception) -> Problem:
    return Problem(
        code="server.unfit",
        summary="The request does not fit",
        detail=f"{type(error).__name__}: {error}. Nothing was done.",
        next_step="See docs/reference/http-api.md",
    )


_TOO_LARGE = Problem(
    code="server.too-large",
    summary="The request is too large",
    detail="A body has 1 MiB at most. Nothing was done.",
    next_step="Send less.",
)
_NOT_JSON = Problem(
    code="server.not-json",
    summary="The body is no JSON object",
    detail="Nothing was done.",
    next_step='Send {"workflow": "NAME", "inputs": {}}.',
)
