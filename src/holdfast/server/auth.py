"""Before anything else: who asks, and that no other site asks for them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.problems import Problem
from holdfast.server.access import Access
from holdfast.server.responses import refused

Answer: TypeAlias = Callable[[Request, int, Problem], Response]
"""How a problem is said to who asked: as JSON, or as a page."""

COOKIE = "holdfast"
OPEN = ("/health", "/static/", "/sign-in", "/hooks/")
_SAFE = ("GET", "HEAD")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """What every request passes through."""

    def __init__(self, app: ASGIApp, access: Access, answer: Answer) -> None:
        self._app, self._access, self._answer = app, access, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, its answer hardened, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                harden(MutableHeaders(scope=message), path)
            await send(message)

        no = None if path.startswith(OPEN) else self._refused(request)
        await (no or self._app)(scope, receive, hardened)

    def _refused(self, request: Request) -> Response | None:
        """Why a request may not; else the request knows who asks."""
        actor = self._access.actor(_bearer(request)) or self._access.actor(
            request.cookies.get(COOKIE, "")
        )
        if not actor:
            return _unknown(request, _STRANGE if _bearer(request) else _WHO)
        request.state.actor = actor
        if request.method not in _SAFE and not _bearer(request) and _from_afar(request):
            return self._answer(request, 403, _AFAR)
        return None


def _bearer(request: Request) -> str:
    word, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if word.lower() == "bearer" else ""


def _from_afar(request: Request) -> bool:
    """Whether a form was sent by another site's page."""
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    return urlsplit(origin).netloc != request.headers.get("host", "")


def _unknown(request: Request, why: Problem) -> Response:
    """Programs are told why; people are led to where they sign in, and then back."""
    path = request.url.path
    if path.startswith("/api/"):
        return refused(401, why)
    asked = f"{path}?{request.url.query}" if request.url.query else path
    back = f"?next={quote(asked)}" if request.method in _SAFE and asked != "/" else ""
    return RedirectResponse(f"/sign-in{back}", 303)


def harden(headers: MutableHeaders, path: str) -> None:
    """Add what a browser is told of every answer, unless the answer says otherwise."""
    for name, value in _HEADERS.items():
        if not (name == "Cache-Control" and path.startswith("/static/")):
            headers.setdefault(name, value)


_WHO = Problem(
    code="server.not-signed-in",
    summary="Nobody knows who you are",
    detail="Nothing was done.",
    next_step="Send `Authorization: Bearer TOKEN`; make one with: holdfast token add NAME",
)
_STRANGE = replace(
    _WHO,
    detail="The token that was sent is none of this server's, or was taken back. "
    "Nothing was done.",
    next_step="Make another one: holdfast token add NAME",
)
_AFAR = Problem(
    code="server.from-afar",
    summary="This came from another site's page",
    detail="Nothing was done.",
    next_step="Open the page here and try again.",
)
