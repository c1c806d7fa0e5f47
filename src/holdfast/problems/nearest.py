"""Help for a word that is nearly right."""

from collections.abc import Iterable
from difflib import get_close_matches

_MANY, _SOME = 12, 5
"""More names than these are not all told again; so many are."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like ``word``, or ``None`` when nothing is close."""
    names = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A next step for an unknown ``word``: the nearest name, else all, or some, of them."""
    names = sorted(known)
    close = nearest(word, names)
    if close:
        return f"Did you mean `{close}`?"
    if len(names) > _MANY:
        return (
            f"Write one of the {len(names)} there are: {', '.join(names[:_SOME])} ..."
        )
    return f"Write one of: {', '.join(names)}." if names else ""
