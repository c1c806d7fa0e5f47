"""The page on which a person says who they are, and the form that ends it."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from holdfast.problems import HoldfastError
from holdfast.server.access import Access
from holdfast.server.auth import COOKIE
from holdfast.server.pages.layout import NOT_DONE, Paper, fields_of

_MONTH = 30 * 86400


def routes(access: Access, paper: Paper) -> list[Route]:
    """
    Where one signs in and out.

    The token is in the form, or behind a ``#`` in the address, which a browser keeps to
    itself: no server, no log and no other page is told of it.
    """

    def form(request: Request, there: str, *, wrong: bool) -> Response:
        page = paper.page(request, "sign-in.html", wrong=wrong, there=there)
        return HTMLResponse(page, 401 if wrong else 200)

    async def show(request: Request) -> Response:
        return form(
            request, own_path(request.query_params.get("next", "")), wrong=False
        )

    async def sign_in(request: Request) -> Response:
        try:
            fields = await fields_of(request)
        except HoldfastError as error:
            return paper.wrong(request, error, "/sign-in", NOT_DONE)
        token, there = fields.get("token", ""), own_path(fields.get("next", ""))
        if not access.actor(token):
            return form(request, there, wrong=True)
        response = RedirectResponse(there, 303)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", max_age=_MONTH, path="/"
        )
        return response

    async def sign_out(_request: Request) -> Response:
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
        return response

    return [
        Route("/sign-in", show),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


def own_path(wanted: str) -> str:
    """An address of this server to go on to; the first page for any other."""
    plain = wanted.isprintable() and "\\" not in wanted
    own = wanted.startswith("/") and not wanted.startswith(("//", "/sign-"))
    return wanted if own and plain else "/"
