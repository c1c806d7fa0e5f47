"""What a request brings: so much of it, and in so much time."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from holdfast.problems import Problem
from holdfast.server.responses import refused

PATIENCE = 20.0
"""Seconds a body may take to arrive."""


async def body_of(request: Request, most: int, too_large: Problem) -> bytes | Response:
    """The bytes of a request, or the refusal as soon as they are too many or too slow."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    return refused(413, too_large)
                parts.append(part)
    except TimeoutError:
        return refused(408, _TOO_SLOW)
    return b"".join(parts)


_TOO_SLOW = Problem(
    code="server.too-slow",
    summary="What was sent did not arrive in time",
    detail=f"A request has {PATIENCE:g} seconds. Nothing was stored or done.",
    next_step="Send it again.",
)
