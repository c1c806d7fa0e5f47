"""The short forms that the grammar is written in."""

from holdfast.load.workflows.grammar.shapes import (
    Contexts,
    Key,
    Keys,
    Nothing,
    OneOf,
    Sequence,
    Shape,
    String,
)

TEXT = String()
FILLED = String(filled=True)
NOTHING = Nothing()


def words(*allowed: str) -> String:
    """One of some words."""
    return String(words=frozenset(allowed))


def filled(contexts: Contexts) -> String:
    """A text that is not empty, which may hold expressions."""
    return String(contexts, filled=True)


def key(shape: Shape) -> Key:
    """A key that may be left out."""
    return Key(shape)


def required(shape: Shape) -> Key:
    """A key that has to be there."""
    return Key(shape, required=True)


def maybe(shape: Shape) -> Shape:
    """A shape, or a key with nothing behind it."""
    return OneOf((NOTHING, shape))


def one_or_more(item: Shape) -> Shape:
    """One value, or a list of them."""
    return OneOf((item, Sequence(item)))


def texts(contexts: Contexts) -> Shape:
    """A list of texts, like ``ports``; the list may be an expression too."""
    return Sequence(filled(contexts), contexts)


def named(contexts: Contexts) -> Keys:
    """Names with texts, like ``env``; the mapping may be an expression too."""
    return Keys(others=String(contexts), contexts=contexts)
