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
from holdfast.expressions.template import texts_in

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
    "texts_in",
]
