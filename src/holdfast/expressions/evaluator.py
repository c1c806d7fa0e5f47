"""From a tree and contexts to a value."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import TypeAlias

from holdfast.expressions.coerce import (
    Data,
    equal,
    fold,
    greater,
    is_primitive,
    is_truthy,
    kind_of,
    member,
    to_number,
    to_text,
)
from holdfast.expressions.errors import (
    MAX_DATA_DEPTH,
    MAX_STEPS,
    ExpressionError,
    impossible,
)
from holdfast.expressions.functions import ALWAYS_THERE, PLAIN, STATUS
from holdfast.expressions.nodes import (
    Call,
    Choice,
    Comparison,
    Index,
    Literal,
    Name,
    Node,
    Not,
    Star,
)
from holdfast.model import Sensitive

Status: TypeAlias = OneOf["success", "failure", "cancelled", "skipped"]
HashFiles: TypeAlias = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    Everything an expression can see.

    ``status`` is how things went so far, ``hash_files`` takes patterns and gives one
    digest; without them the functions that need them do not exist. ``reveal`` opens
    secrets.
    """

    contexts: Mapping[str, Data]
    status: Status | None = None
    hash_files: HashFiles | None = None
    reveal: bool = False

    def has(self, word: Name | Call) -> bool:
        """Whether a context or function is there."""
        match word:
            case Name(name):
                return name in self.contexts or fold(name) in map(fold, self.contexts)
            case Call(name) if name in STATUS:
                return self.status is not None
            case Call("hashfiles"):
                return self.hash_files is not None
            case Call(name):
                return name in ALWAYS_THERE


class _Many(list[Data]):
    """What ``*`` gave: what follows is asked of every item."""


def value_of(tree: Node, around: Surroundings) -> Data:
    """
    What an expression comes to: plain values, numbers without a fraction as ``int``.

    Raises ``ExpressionError`` (evaluation); its message holds no secret's value.
    """
    evaluation = _Evaluation(around)
    try:
        value = evaluation.of(tree)
    except ExpressionError as error:
        evaluation.hide(error)
        raise
    return list(value) if isinstance(value, _Many) else value


@dataclass(slots=True)
class _Evaluation:
    around: Surroundings
    steps: int = 0
    revealed: list[str] = field(default_factory=list)

    def of(self, node: Node) -> Data:  # noqa: PLR0911 - one per node
        self.count(1)
        match node:
            case Literal(value):
                return value
            case Name(name):
                return self.open(member(self.around.contexts, name))
            case Index(of, Star()):
                return self.items(self.of(of))
            case Index(of, key) if not isinstance(key, Star):
                return self.item(self.of(of), self.of(key))
            case Not(of):
                return not is_truthy(self.of(of))
            case Comparison(operator, left, right):
                return _compare(operator, self.of(left), self.of(right))
            case Choice(operator, values):
                return self.choice(operator, values)
            case Call(name, _, arguments):
                return self.call(name, arguments)
            case _:
                return None

    def choice(self, operator: str, values: Iterable[Node]) -> Data:
        decides = operator == "||"
        value = None
        for node in values:
            value = self.of(node)
            if is_truthy(value) is decides:
                break
        return value

    def call(self, name: str, arguments: tuple[Node, ...]) -> Data:
        if name == "case":
            return self.case(arguments)
        if name in STATUS:
            return name in {"always", self.around.status}
        values = [self.of(node) for node in arguments]
        for value in values:
            self.count(_size(value))
        if name == "hashfiles" and self.around.hash_files is not None:
            return self.around.hash_files(*(to_text(value) for value in values))
        return PLAIN[name](*(self.opened(value) for value in values))

    def case(self, arguments: tuple[Node, ...]) -> Data:
        for predicate, value in zip(arguments[:-1:2], arguments[1::2], strict=True):
            holds = self.of(predicate)
            if not isinstance(holds, bool):
                raise impossible("case predicate must evaluate to a boolean value")
            if holds:
                return self.of(value)
        return self.of(arguments[-1])

    def items(self, collection: Data) -> _Many:
        if isinstance(collection, _Many):
            return _Many(i for one in collection for i in self.items(one))
        match kind_of(collection):
            case "Array":
                self.count(len(collection))
                return _Many(self.open(item) for item in collection)
            case "Object":
                self.count(len(collection))
                return _Many(self.open(item) for item in collection.values())
            case _:
                return _Many()

    def item(self, collection: Data, key: Data) -> Data:
        if isinstance(collection, _Many):
            self.count(len(collection))
            found = (self.find(one, key) for one in collection)
            return _Many(value for value in found if value is not _NOTHING)
        value = self.find(collection, key)
        return None if value is _NOTHING else value

    def find(self, collection: Data, key: Data) -> Data:
        kind = kind_of(collection)
        if kind not in {"Array", "Object"} or not is_primitive(key):
            return _NOTHING
        if kind == "Object":
            self.count(len(collection) // 16)
            return self.open(member(collection, to_text(key), _NOTHING))
        at = to_number(key)
        if not 0 <= at < len(collection):
            return _NOTHING
        return self.open(collection[math.floor(at)])

    def count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise impossible(f"The expression needs more than {MAX_STEPS} steps")

    def open(self, value: Data) -> Data:
        """A secret's value if this evaluation may see it."""
        if isinstance(value, Sensitive) and self.around.reveal:
            self.revealed.append(value.reveal())
            return self.revealed[-1]
        return value

    def opened(self, value: Data, depth: int = 0) -> Data:
        """A value with every secret in it open, as far as anything could read it."""
        if not self.around.reveal or depth > MAX_DATA_DEPTH:
            return value
        self.count(1)
        match value:
            case Sensitive():
                return self.open(value)
            case list() | tuple():
                return [self.opened(item, depth + 1) for item in value]
            case Mapping():
                return {k: self.opened(v, depth + 1) for k, v in value.items()}
            case _:
                return value

    def hide(self, error: ExpressionError) -> None:
        """Take every secret that was opened out of an error."""
        for secret in sorted(self.revealed, key=len, reverse=True):
            if secret:
                error.message = error.message.replace(secret, "***")
        error.args = (error.message,)


_NOTHING = object()


def _size(value: Data) -> int:
    return len(value) // 16 if isinstance(value, (str, list, tuple, Mapping)) else 0


def _compare(operator: str, left: Data, right: Data) -> bool:
    match operator:
        case "==":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case ">":
            return greater(left, right)
        case "<":
            return greater(right, left)
        case ">=":
            return greater(left, right) or equal(left, right)
        case _:
            return greater(right, left) or equal(left, right)
