"""The page on which a person says who they are."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from holdfast.problems import HoldfastError
from holdfast.server.access import Access
from holdfast.server.auth import COOKIE
from holdfast.server.pages.layout import Paper, fields_of

_MONTH = 30 * 86400


def routes(access: Access, paper: Paper) -> list[Route]:
    """
    Where one signs in.

    The token is in the form, or behind a ``#`` in the address, which a browser keeps to
    itself: no server, no log and no other page is told of it.
    """

    async def show(_request: Request) -> Response:
        return HTMLResponse(paper.page("sign-in.html", wrong=False))

    async def sign_in(request: Request) -> Response:
        try:
            token = (await fields_of(request)).get("token", "")
        except HoldfastError as error:
            return paper.wrong(error, "/sign-in")
        if not access.actor(token):
            return HTMLResponse(paper.page("sign-in.html", wrong=True), 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", max_age=_MONTH, path="/"
        )
        return response

    return [Route("/sign-in", show), Route("/sign-in", sign_in, methods=["POST"])]
