"""What is said where a word of a person needs a reason and has none."""

from holdfast.problems import Problem


def no_reason(command: str) -> Problem:
    """``command`` is what was typed, without its ``--why``."""
    return Problem(
        code="app.no-reason",
        summary="A word needs a reason",
        detail="It is kept for whoever asks later. Nothing was recorded.",
        next_step=f"{command} --why TEXT",
    )
