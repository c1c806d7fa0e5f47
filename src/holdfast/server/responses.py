"""Answers as JSON, and problems as RFC 9457 has them."""

from typing import Any

from starlette.responses import JSONResponse

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


def status_of(error: HoldfastError) -> int:
    """404 for what does not exist, 403 for what may not be, 409 for what has moved."""
    code = error.problems[0].code
    for status, words in ((404, _MISSING), (403, _FORBIDDEN), (409, _MOVED)):
        if any(word in code for word in words):
            return status
    return 400
