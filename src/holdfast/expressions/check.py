"""Whether an expression could have a value at all, before there is anything to see."""

from collections.abc import Callable, Iterable

from holdfast.expressions.errors import ExpressionError, located
from holdfast.expressions.functions import ALWAYS_THERE, STATUS
from holdfast.expressions.nodes import Call, Name, walk
from holdfast.expressions.parser import parse, words


def check_expression(text: str, allowed: Iterable[str]) -> None:
    """
    Raise ``ExpressionError`` for what cannot be read or names what is not there.

    ``allowed`` are the names of contexts, and of functions with ``()`` behind them, or
    ``(...)`` when they may be given something; the plain functions are always there.
    """
    names = {name.lower() for name in allowed}

    def has(word: Name | Call) -> bool:
        if isinstance(word, Name):
            return word.name.lower() in names
        spelled = {f"{word.name}()", f"{word.name}(...)"}
        return word.name in ALWAYS_THERE or not spelled.isdisjoint(names)

    check_words(text, has)
    for word in words(text):
        if isinstance(word, Call) and word.arguments and f"{word.name}()" in names:
            raise _about("Too many parameters supplied", word, text)


def check_words(text: str, has: Callable[[Name | Call], bool]) -> None:
    """
    Raise ``ExpressionError`` for the first word that is not there.

    What cannot be read is raised too, unless such a word stands before it.
    """
    try:
        read, broken = words(text), None
    except ExpressionError as error:
        read, broken = error.before, error
    for word in read:
        if not has(word):
            name = isinstance(word, Name)
            what = "Unrecognized named-value" if name else "Unrecognized function"
            raise _about(what, word, text)
    if broken is not None:
        raise broken


def asks_for_status(text: str) -> bool:
    """Whether an expression calls ``success failure always cancelled`` itself."""
    calls = (node for node in walk(parse(text)) if isinstance(node, Call))
    return any(node.name.lower() in STATUS for node in calls)


def _about(what: str, word: Name | Call, text: str) -> ExpressionError:
    written = word.name if isinstance(word, Name) else word.written
    return located("parsing", what, written, word.position, text)
