"""What can be wrong with an expression, and the bounds every expression keeps."""

from typing import Literal, TypeAlias

from holdfast.expressions.nodes import Call, Name

ErrorKind: TypeAlias = Literal["lexing", "parsing", "evaluation"]

MAX_LENGTH = 21_000
"""Longest expression, in characters."""

MAX_DEPTH = 50
"""Deepest nesting of an expression."""

MAX_DATA_DEPTH = 100
"""Deepest nesting of a value that is read from or written as JSON."""

MAX_RESULT = 10 * 1024 * 1024
"""Longest string an expression may make, in characters."""

MAX_STEPS = 1_000_000
"""Most values one evaluation may touch: what bounds its time."""


class ExpressionError(Exception):
    """
    An expression that cannot be read or has no value.

    ``position`` counts characters of ``expression`` from 1; 0 means the error has
    no single place. ``before`` are the contexts and functions that were read before
    the error. The message never holds a secret's value.
    """

    before: tuple[Name | Call, ...] = ()

    def __init__(
        self, kind: ErrorKind, message: str, position: int = 0, expression: str = ""
    ) -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind
        self.message = message
        self.position = position
        self.expression = expression


def located(
    kind: ErrorKind, what: str, symbol: str, position: int, expression: str
) -> ExpressionError:
    """An error that points at one symbol; ``position`` counts from 1."""
    message = (
        f"{what}: '{symbol}'. "
        f"Located at position {position} within expression: {expression}"
    )
    return ExpressionError(kind, message, position, expression)


def impossible(message: str) -> ExpressionError:
    """An expression that reads well and has no value."""
    return ExpressionError("evaluation", message)
