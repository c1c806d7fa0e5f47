"""When a letter is tried again, and when it is given up."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from holdfast.ports import Answer, Letter

FIRST = 5
FACTOR = 4
LONGEST = 12 * 3600
"""Seconds: the first pause, how much longer each next one is, and the longest."""

ATTEMPTS = 11
"""So often a letter is tried: for about two days."""

SPREAD = 0.2
"""Each pause is up to so much of itself shorter or longer."""

_LONGEST_ASKED = 24 * 3600
_LONGEST_ANSWER = 300


def after(letter: Letter, answer: Answer, now: datetime) -> Letter:
    """How a letter stands after an attempt."""
    tried = replace(
        letter,
        attempts=letter.attempts + 1,
        tried=now,
        answer=answer.said[:_LONGEST_ANSWER],
    )
    if answer.taken:
        return replace(tried, state="sent")
    if answer.final or tried.attempts >= ATTEMPTS:
        return replace(tried, state="dead")
    asked = min(answer.after, _LONGEST_ASKED)
    wait = max(pause(letter.key, tried.attempts), asked)
    return replace(tried, due=now + timedelta(seconds=wait))


def pause(key: str, attempts: int) -> float:
    """
    Seconds to wait after so many attempts: 5, 20, 80 ... 12 hours at most.

    Spread by the letter's own name, so that many that failed together do not come back
    together; the same letter waits the same whoever asks.
    """
    plain = min(float(FIRST * FACTOR ** (attempts - 1)), LONGEST)
    drawn = sha256(f"{key} {attempts}".encode()).digest()[0] / 255
    return plain * (1 - SPREAD + 2 * SPREAD * drawn)
