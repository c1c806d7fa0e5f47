"""What an expression is made of once it was read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that was written down."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Name:
    """A context; ``position`` counts from 1."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Star:
    """Every item of a collection."""


@dataclass(frozen=True, slots=True)
class Index:
    """One item of a collection, or all of them."""

    of: "Node"
    key: "Node | Star"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values held against each other."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """The first value that decides ``&&`` or ``||``, else the last."""

    operator: str
    values: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function; ``name`` in small letters, ``written`` as it stands in the text."""

    name: str
    written: str
    arguments: tuple["Node", ...]
    position: int


Node: TypeAlias = Literal | Name | Index | Not | Comparison | Choice | Call


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below one."""
    match node:
        case Index(of, key):
            return (of,) if isinstance(key, Star) else (of, key)
        case Not(of):
            return (of,)
        case Comparison(_, left, right):
            return (left, right)
        case Choice(_, values):
            return values
        case Call():
            return node.arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in the order it was written."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))
