"""The page on which a person says who they are."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from holdfast.server.access import Access
from holdfast.server.guarding import COOKIE
from holdfast.server.pages.paper import Paper

_MONTH = 30 * 86400


def routes(access: Access, paper: Paper) -> list[Route]:
    """Where one signs in."""

    async def sign_in(request: Request) -> Response:
        token = request.query_params.get("token", "")
        if request.method == "POST":
            form = await request.form(max_fields=2)
            token = str(form.get("token", ""))
        if not token:
            return HTMLResponse(paper.page("sign-in.html", wrong=False))
        if not access.actor(token):
            return HTMLResponse(paper.page("sign-in.html", wrong=True), 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", max_age=_MONTH, path="/"
        )
        return response

    return [Route("/sign-in", sign_in, methods=["GET", "POST"])]
