"""Answers as JSON, and problems as RFC 9457 has them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from holdfast.ports import Unanswered
from holdfast.problems import HoldfastError, Problem

_MISSING = ("no-such", "nothing-asked", "no-gate")
_FORBIDDEN = ("may-not", "not-allowed")
_MOVED = (
    "gate-moved",
    "busy",
    "twin",
    "key-was-used",
    "not-asked",
    "at-work",
    "taken-back",
)


def answered(schema: str, **body: Any) -> JSONResponse:
    """One object with its schema."""
    return JSONResponse({"schema": f"holdfast.{schema}/1", **body})


def refused(status: int, problem: Problem) -> JSONResponse:
    """One problem: what was seen, what was wanted, and the next thing to do."""
    body = {
        "type": f"urn:holdfast:problem:{problem.code}",
        "title": problem.summary,
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        "next_step": problem.next_step,
    }
    return JSONResponse(body, status, media_type="application/problem+json")


def failed(error: HoldfastError) -> JSONResponse:
    """What went wrong, with the status that fits its code."""
    return refused(status_of(error), error.problems[0])


async def failed_plainly(_request: Request, error: Exception) -> Response:
    """What went wrong, as a line for anybody: it does not say where the database is."""
    if not isinstance(error, HoldfastError):
        raise error
    return PlainTextResponse(f"{error.problems[0].summary}\n", status_of(error))


def status_of(error: HoldfastError) -> int:
    """
    404 for what does not exist, 403 for what may not be, 409 for what has moved.

    503: the database cannot do it now; the same may be asked again.
    """
    if isinstance(error, Unanswered):
        return 503
    code = error.problems[0].code
    for status, words in ((404, _MISSING), (403, _FORBIDDEN), (409, _MOVED)):
        if any(word in code for word in words):
            return status
    return 400
