"""What is answered when an address is none, or something broke: a page, or a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from holdfast.problems import Problem
from holdfast.server.auth import harden
from holdfast.server.pages.layout import NOT_DONE, Paper
from holdfast.server.responses import refused


@dataclass(frozen=True, slots=True)
class Errors:
    """Answers programs with JSON, and people with a page of the same problem."""

    paper: Paper

    def answer(self, request: Request, status: int, problem: Problem) -> Response:
        """One problem with its status."""
        if request.url.path.startswith("/api/"):
            return refused(status, problem)
        heading = {} if request.method in ("GET", "HEAD") else {"heading": NOT_DONE}
        return self.paper.refusal(request, status, [problem], **heading)

    @property
    def handlers(self) -> Mapping[Any, Any]:
        """What Starlette asks, by status or exception."""
        return {HTTPException: self._unfit, Exception: self._broken}

    async def _unfit(self, request: Request, error: HTTPException) -> Response:
        unfit = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        return self.answer(request, error.status_code, _NO_WAY if unfit else _NOTHING)

    async def _broken(self, request: Request, _error: Exception) -> Response:
        answer = self.answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN)
        harden(answer.headers, request.url.path)
        return answer


_NOTHING = Problem(
    code="server.no-such-page",
    summary="There is nothing at this address",
    detail="Nothing was done.",
    next_step="Begin with the list of runs.",
)
_NO_WAY = Problem(
    code="server.not-that-way",
    summary="This address is not asked that way",
    detail="It takes another method, as POST for a form. Nothing was done.",
    next_step="Go back, and use the form or the link of the page.",
)
_BROKEN = Problem(
    code="server.broken",
    summary="Something is wrong with Holdfast itself",
    detail="The server met a fault of its own, and wrote it into its log. Whether what "
    "was asked was done, the run or the list it is about says.",
    next_step="Look at the server's log, and try again.",
)
