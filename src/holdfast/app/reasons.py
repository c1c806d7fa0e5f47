"""What is said where a word of a person needs a reason and has none."""

from holdfast.problems import Problem


def no_reason(next_step: str) -> Problem:
    """``next_step`` is the same command with its reason."""
    return Problem(
        code="app.no-reason",
        summary="A word needs a reason",
        detail="It is kept for whoever asks later. Nothing was recorded.",
        next_step=next_step,
    )
