"""Before anything else: who asks, and that no other site asks for them."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from holdfast.problems import Problem
from holdfast.server.access import Access
from holdfast.server.answers import refused

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

Next = Callable[[Request], Awaitable[Response]]


def guard(access: Access) -> Callable[[Request, Next], Awaitable[Response]]:
    """What every request passes through."""

    async def check(request: Request, go_on: Next) -> Response:
        path = request.url.path
        if path.startswith(OPEN):
            return _hardened(await go_on(request), path)
        actor = access.actor(_bearer(request)) or access.actor(
            request.cookies.get(COOKIE, "")
        )
        if not actor:
            return _unknown(path)
        if request.method not in _SAFE and not _bearer(request) and _from_afar(request):
            return refused(403, _AFAR)
        request.state.actor = actor
        return _hardened(await go_on(request), path)

    return check


def _bearer(request: Request) -> str:
    word, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if word.lower() == "bearer" else ""


def _from_afar(request: Request) -> bool:
    """Whether a form was sent by another site's page."""
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    return urlsplit(origin).netloc != request.headers.get("host", "")


def _unknown(path: str) -> Response:
    if path.startswith("/api/"):
        return refused(401, _WHO)
    return RedirectResponse("/sign-in", 303)


def _hardened(response: Response, path: str) -> Response:
    for name, value in _HEADERS.items():
        if not (name == "Cache-Control" and path.startswith("/static/")):
            response.headers.setdefault(name, value)
    return response


_WHO = Problem(
    code="server.not-signed-in",
    summary="Nobody knows who you are",
    detail="Nothing was done.",
    next_step="Send `Authorization: Bearer TOKEN`; make one with: holdfast token add NAME",
)
_AFAR = Problem(
    code="server.from-afar",
    summary="This came from another site's page",
    detail="Nothing was done.",
    next_step="Open the page here and try again.",
)
