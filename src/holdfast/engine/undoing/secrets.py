"""
The secrets a way back needs: named again, where the ledger has ``***``. Pure.

Where a step handed on a secret, the ledger says which: ``Bearer ${{ secrets.TOKEN }}``.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from holdfast.engine.runs.hidden import MASK, hides, retold
from holdfast.engine.runs.job_state import Stand
from holdfast.engine.undoing.made import Made
from holdfast.expressions import ExpressionError
from holdfast.expressions.partial import meant

T = TypeVar("T")
Way = Callable[[Made], T]
Hidden = tuple[int, str]
"""The number of a step, and what of it is hidden: ``env.KEY``, ``outputs.token``."""

NOT_KEPT = "it needs a secret that was not kept and has no name to get it by"
_GONE = "it needs the secret {}, which a step had handed on and which is not there now"
_REFERENCE = re.compile(r"\$\{\{ secrets\.([A-Za-z_][A-Za-z0-9_-]*) \}\}")
_SORTS = {"env": "the variable", "outputs": "the output"}


class NotKeptError(ValueError):
    """A way back needs what nobody can get again; the message says what."""


def with_secrets(made: Made, way: Way[T]) -> T:
    """
    What a way comes to, with references in the place of secrets.

    Found by trying, like everything that rests on hidden values: twice, with other words
    where secrets stood. Raises ``NotKeptError`` when more than these words differ.
    """
    hidden = dict.fromkeys(_hidden(made.after))
    if not hidden:
        return way(made)
    try:
        one, other = (_named(way, made, salt) for salt in _salts(made))
    except ExpressionError:
        raise NotKeptError(_missing(made, list(hidden))) from None
    if one != other:
        needed = [each for each in hidden if _rests_on(way, made, each)]
        raise NotKeptError(_missing(made, needed or list(hidden)))
    return one


def _hidden(stand: Stand) -> Iterator[Hidden]:
    for index, one in enumerate(stand.told):
        for name in one.body.get("hidden") or () if hides(one.body) else ():
            if name.partition(".")[0] in _SORTS:
                yield index, name


def _named(way: Way[T], made: Made, salt: str) -> T:
    """A way with the words that stand for secrets made references again."""
    mark = re.compile(rf"{salt}\[([A-Za-z0-9_-]+)\]")
    found: T = way(_told(made, salt))
    gone = sorted(name for name in mark.findall(repr(found)) if not made.has(name))
    if gone:
        raise NotKeptError(_GONE.format(gone[0]))
    again: T = _replaced(found, mark)
    return again


def _told(made: Made, salt: str, only: Hidden | None = None) -> Made:
    """The same with words of our own where secrets stood."""

    def of(index: int, body: Any) -> Any:
        kept = body.get("from_secrets") or {}

        def other(name: str, value: str) -> str:
            if only is not None and only != (index, name):
                return value
            if name in kept:
                return meant(_REFERENCE.sub(rf"{salt}[\1]", kept[name]))
            return value.replace(MASK, salt) if MASK in value else salt

        return retold(body, other) if hides(body) else body

    return replace(made, before=made.before.retold(of), after=made.after.retold(of))


def _salts(made: Made) -> tuple[str, str]:
    """Two words that nothing a step left can hold: they are made of all of it."""
    left = sha256(repr([one.body for one in made.after.told]).encode()).hexdigest()
    return f"hf-one-{left[:24]}", f"hf-two-{left[24:48]}"


def _rests_on(way: Way[T], made: Made, hidden: Hidden) -> bool:
    try:
        one, other = (way(_told(made, salt, hidden)) for salt in _salts(made))
    except ExpressionError:
        return True
    index, name = hidden
    kept = made.after.told[index].body.get("from_secrets") or {}
    return one != other and name not in kept


def _replaced(value: Any, mark: "re.Pattern[str]") -> Any:
    match value:
        case str():
            return mark.sub(r"${{ secrets.\1 }}", value)
        case dict():
            return {key: _replaced(item, mark) for key, item in value.items()}
        case list():
            return [_replaced(item, mark) for item in value]
        case _:
            return value


def _missing(made: Made, hidden: list[Hidden]) -> str:
    words = []
    for index, name in hidden:
        kind, _, key = name.partition(".")
        words.append(f"{_SORTS[kind]} {key} of `{made.after.told[index].step.title}`")
    return f"{NOT_KEPT}: {', '.join(words)}"
