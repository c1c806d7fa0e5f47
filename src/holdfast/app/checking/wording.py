"""What findings say alike."""

from collections.abc import Iterable

from holdfast.problems import nearest


def mended(word: str, known: Iterable[str]) -> str:
    """The nearest of some names, when one is near: the detail lists all of them."""
    close = nearest(word, known)
    return f"Did you mean `{close}`?" if close else ""
