"""What contexts hold before there is anything to see, and what is asked of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from holdfast.expressions.nodes import Index, Literal, Name, Node, children
from holdfast.expressions.parser import parse


@dataclass(frozen=True, slots=True)
class Open:
    """Whatever may be there: nobody knows before."""


@dataclass(frozen=True, slots=True)
class Record:
    """
    Exactly these keys, their case aside; any other one is always empty.

    ``told`` are the keys worth naming to a person.
    """

    keys: Mapping[str, "Shape"] = field(default_factory=dict)

    def get(self, key: str) -> "Shape | None":
        """What is below a key, ``None`` when there is none of that name."""
        folded = key.lower()
        return next((s for k, s in self.keys.items() if k.lower() == folded), None)

    @property
    def told(self) -> tuple[str, ...]:
        """The keys a person wrote or may write."""
        return tuple(key for key in self.keys if not key.startswith("__"))


Shape: TypeAlias = Open | Record
OPEN = Open()


@dataclass(frozen=True, slots=True)
class Missing:
    """
    A key that is never there.

    ``path`` is what was asked for up to it, ``record`` what it was asked of, and
    ``position`` (from 1) where in the expression the context stands.
    """

    path: tuple[str, ...]
    record: Record
    position: int

    @property
    def written(self) -> str:
        """As it stands in an expression, dots between the keys."""
        return ".".join(self.path)


def missing(text: str, contexts: Mapping[str, Shape]) -> Iterator[Missing]:
    """
    Every key a bare expression asks for that its context never has.

    Contexts not named are open. A key that is computed, and ``*``, end the looking.
    Raises ``ExpressionError`` when the text cannot be read.
    """
    for name, keys in _chains(parse(text)):
        shape: Shape = contexts.get(name.name.lower(), OPEN)
        for number, key in enumerate(keys, 1):
            if isinstance(shape, Open):
                break
            below = shape.get(key)
            if below is None:
                yield Missing((name.name, *keys[:number]), shape, name.position)
                break
            shape = below


def _chains(node: Node) -> Iterator[tuple[Name, tuple[str, ...]]]:
    """Every context with the fixed keys that follow it."""
    if isinstance(node, Index):
        start, keys = _unrolled(node)
        if isinstance(start, Name):
            fixed = []
            for key in keys:
                if not (isinstance(key, Literal) and isinstance(key.value, str)):
                    break
                fixed.append(key.value)
            yield start, tuple(fixed)
        else:
            yield from _chains(start)
        for key in keys:
            if key is not None:
                yield from _chains(key)
        return
    for child in children(node):
        yield from _chains(child)


def _unrolled(node: Index) -> tuple[Node, tuple[Node | None, ...]]:
    """What an index begins with, and its keys in order; ``None`` for ``*``."""
    keys: list[Node | None] = []
    start: Node = node
    while isinstance(start, Index):
        below = children(start)
        keys.append(below[1] if len(below) > 1 else None)
        start = start.of
    return start, tuple(reversed(keys))
