"""What a grammar is made of: the shapes a value may have, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Contexts: TypeAlias = tuple[str, ...] | None
"""
Names an expression may use; ``None``: no expressions.

Functions end with ``()``, those that may be given something with ``(...)``.
"""


@dataclass(frozen=True, slots=True)
class String:
    """A text, or one of some words; ``condition``: an expression without its marks."""

    contexts: Contexts = None
    words: frozenset[str] | None = None
    filled: bool = False
    condition: bool = False


@dataclass(frozen=True, slots=True)
class Boolean:
    """``true`` or ``false``."""

    contexts: Contexts = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    contexts: Contexts = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value at all."""

    contexts: Contexts = None


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value, of any depth."""

    contexts: Contexts = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items of one shape."""

    item: "Shape"
    contexts: Contexts = None


@dataclass(frozen=True, slots=True)
class Key:
    """One known key of a mapping."""

    shape: "Shape"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """
    A mapping with known keys.

    ``others`` is the shape of the values of any other key; without it they are faults.
    With ``contexts`` a key may be ``${{ insert }}``, which stands for all pairs.
    """

    keys: Mapping[str, Key] = field(default_factory=dict)
    others: "Shape | None" = None
    contexts: Contexts = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """The first of several that fits."""

    shapes: tuple["Shape", ...]

    @property
    def contexts(self) -> Contexts:
        """What an expression in its place may use: what any of them may."""
        found = [shape.contexts for shape in self.shapes if shape.contexts is not None]
        return (
            tuple(dict.fromkeys(n for names in found for n in names)) if found else None
        )


Shape: TypeAlias = (
    String | Boolean | Number | Nothing | Anything | Sequence | Keys | OneOf
)
