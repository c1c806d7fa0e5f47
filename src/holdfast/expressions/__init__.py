"""The ${{ }} language: lexer, parser, evaluator, functions. Pure."""

from holdfast.expressions.coerce import is_truthy
from holdfast.expressions.errors import ExpressionError
from holdfast.expressions.evaluator import HashFiles, Status
from holdfast.expressions.language import (
    Options,
    contexts_of,
    evaluate,
    evaluate_expression,
    has_expression,
    interpolate,
    references,
)

__all__ = [
    "ExpressionError",
    "HashFiles",
    "Options",
    "Status",
    "contexts_of",
    "evaluate",
    "evaluate_expression",
    "has_expression",
    "interpolate",
    "is_truthy",
    "references",
]
