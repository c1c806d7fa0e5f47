"""How long something is to last, as a person wrote it."""

from holdfast.declare import seconds_of
from holdfast.problems import HoldfastError, Problem


def seconds_in(duration: str) -> int:
    """Seconds of ``30m``; raises ``HoldfastError`` for what is no duration."""
    try:
        return seconds_of(duration)
    except ValueError as error:
        raise HoldfastError(
            Problem(
                code="app.no-duration",
                summary=f"`{duration}` is no duration",
                detail=f"{error}. Nothing was changed.",
                next_step="Write how long as 30m, 2h or 7d.",
            )
        ) from error
