"""Whether an expression could have a value at all, before there is anything to see."""

from collections.abc import Iterable

from holdfast.expressions.errors import located
from holdfast.expressions.functions import STATUS
from holdfast.expressions.nodes import Call, Name, walk
from holdfast.expressions.parser import parse

ALWAYS_THERE = frozenset(
    {
        "contains",
        "startswith",
        "endswith",
        "format",
        "join",
        "tojson",
        "fromjson",
        "case",
    }
)


def check_expression(text: str, allowed: Iterable[str]) -> None:
    """
    Raise ``ExpressionError`` for what cannot be read or names what is not there.

    ``allowed`` are the names of contexts, and of functions with ``()`` behind them; the
    plain functions are always there.
    """
    names = {name.lower() for name in allowed}
    for node in walk(parse(text)):
        if isinstance(node, Name) and node.name.lower() not in names:
            what = "Unrecognized named-value"
            raise located("parsing", what, node.name, node.position, text)
        if isinstance(node, Call) and not _is_there(node.name.lower(), names):
            what = "Unrecognized function"
            raise located("parsing", what, node.written, node.position, text)


def _is_there(function: str, names: set[str]) -> bool:
    return function in ALWAYS_THERE or f"{function}()" in names


def asks_for_status(text: str) -> bool:
    """Whether an expression calls ``success failure always cancelled`` itself."""
    calls = (node for node in walk(parse(text)) if isinstance(node, Call))
    return any(node.name.lower() in STATUS for node in calls)
