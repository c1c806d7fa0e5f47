"""The whole server as one ASGI application."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from holdfast.ports import Clock, Desks
from holdfast.problems import HoldfastError, Problem
from holdfast.server import api, pages
from holdfast.server.access import Access
from holdfast.server.auth import Guard
from holdfast.server.bodies import body_of
from holdfast.server.measures import measured
from holdfast.server.responses import failed_plainly

_STATIC = Path(__file__).parent / "static"
_LARGEST = 25 * 1024 * 1024


def application(desks: Desks, access: Access, project: str, clock: Clock) -> Starlette:
    """API, pages and hooks of one project."""
    paper = pages.Paper(project, clock)
    errors = pages.Errors(paper)
    desk, receive = desks.runs, desks.events.receive

    async def health(_: Request) -> Response:
        await run_in_threadpool(desk.workers)
        return PlainTextResponse("ok\n")

    async def metrics(_: Request) -> Response:
        text = await run_in_threadpool(measured, desks)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    async def hook(request: Request) -> Response:
        body = await body_of(request, _LARGEST, _TOO_LARGE)
        if isinstance(body, Response):
            return body
        name = request.path_params["name"]
        reply = await run_in_threadpool(receive, name, request.headers, body)
        return PlainTextResponse(f"{reply.text}\n", reply.status)

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/metrics", metrics),
            Route("/hooks/{name}", hook, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *api.routes(desks),
            *pages.routes(desks, access, paper),
        ],
        middleware=[Middleware(Guard, access=access, answer=errors.answer)],
        exception_handlers={**errors.handlers, HoldfastError: failed_plainly},
    )


_TOO_LARGE = Problem(
    code="server.too-large",
    summary="What was sent is too large",
    detail="A delivery has 25 MiB at most. Nothing was stored.",
    next_step="Send less.",
)
