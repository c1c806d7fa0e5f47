"""Whether a condition is decided before there is anything to see."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from holdfast.expressions.coerce import is_truthy
from holdfast.expressions.errors import ExpressionError
from holdfast.expressions.evaluator import Surroundings, value_of
from holdfast.expressions.functions import STATUS
from holdfast.expressions.nodes import (
    Call,
    Choice,
    Comparison,
    Index,
    Literal,
    Name,
    Node,
    Not,
    walk,
)
from holdfast.expressions.parser import parse

Values = Mapping[tuple[str, str], frozenset[str]]
"""Every text a property can be: ``{("github", "event_name"): {"push"}}``."""


def verdict(
    text: str, values: Values | None = None, status: Mapping[str, bool] | None = None
) -> bool | None:
    """
    What a bare condition always comes to; ``None`` when that depends on something.

    ``status`` says what functions of status come to where that is known; ``always()`` is
    true everywhere. Raises ``ExpressionError`` when the text cannot be read.
    """
    return _Folding(values or {}, {"always": True, **(status or {})}).of(parse(text))


@dataclass(frozen=True, slots=True)
class _Folding:
    values: Values
    status: Mapping[str, bool]

    def of(self, node: Node) -> bool | None:
        """The truth of one node."""
        match node:
            case Call(name) if name in STATUS:
                return self.status.get(name)
            case Not(of):
                inside = self.of(of)
                return None if inside is None else not inside
            case Choice(operator, values):
                return self.choice(operator, values)
            case Comparison("==" | "!=" as operator, left, right):
                known = self.compared(left, right)
                if known is not None:
                    return known if operator == "==" else not known
            case _:
                pass
        return self.alone(node)

    def choice(self, operator: str, values: tuple[Node, ...]) -> bool | None:
        """``&&`` is over with the first that is false, ``||`` with one that is true."""
        each, ends = [self.of(value) for value in values], operator == "||"
        if ends in each:
            return ends
        return None if None in each else not ends

    def compared(self, left: Node, right: Node) -> bool | None:
        """False when a property can never be what it is held against."""
        for one, other in ((left, right), (right, left)):
            wanted = other.value if isinstance(other, Literal) else None
            known = self.values.get(_path(one) or ("", ""))
            if known is not None and isinstance(wanted, str):
                every = {value.lower() for value in known}
                if wanted.lower() not in every:
                    return False
        return None

    def alone(self, node: Node) -> bool | None:
        """The value of what reads nothing and asks for no status."""
        free = all(not isinstance(one, Name) for one in walk(node))
        with suppress(ExpressionError):
            if free and not any(_reads(one) for one in walk(node)):
                found: Any = value_of(node, Surroundings({}))
                return is_truthy(found)
        return None


def _reads(node: Node) -> bool:
    """Whether a call is about how things went, or about files."""
    return isinstance(node, Call) and node.name in {*STATUS, "hashfiles"}


def _path(node: Node) -> tuple[str, str] | None:
    match node:
        case Index(Name(name), Literal(str(key))):
            return name.lower(), key.lower()
        case _:
            return None
