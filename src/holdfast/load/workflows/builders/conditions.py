"""Conditions as bare expressions."""

from holdfast.expressions import ExpressionError
from holdfast.expressions.check import asks_for_status


def condition_of(written: object) -> str:
    """A condition as a bare expression, with the ``success()`` nobody wrote."""
    text = bare(written)
    if not text:
        return "success()"
    try:
        asks = asks_for_status(text)
    except ExpressionError:
        return text
    return text if asks else f"success() && ({text})"


def bare(written: object) -> str:
    """An expression without the marks around it; empty for none."""
    text = "" if written is None else str(written).strip()
    if text.startswith("${{") and text.endswith("}}"):
        return text[3:-2].strip()
    return text
