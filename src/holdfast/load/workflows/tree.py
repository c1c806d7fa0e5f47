"""A YAML document as a tree that keeps the place of everything, keys too."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import yaml

from holdfast.problems import Place

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 50_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = {".nan", ".NaN", ".NAN"}
_CORE = "tag:yaml.org,2002:"

Kind: TypeAlias = Literal["string", "number", "boolean", "null"]


class TreeError(Exception):
    """A file that is no document; the message is a sentence, the place may be missing."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message, self.place = message, place


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar: as written, and as the value it stands for."""

    place: Place
    text: str
    kind: Kind = "string"
    value: Any = None


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    place: Place
    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the file."""

    place: Place
    pairs: tuple[tuple[Text, "Tree"], ...]

    def get(self, key: str) -> "Tree | None":
        """The value of a key."""
        return next((value for name, value in self.pairs if name.text == key), None)


Tree: TypeAlias = Text | Items | Pairs
Pair: TypeAlias = tuple[Text, Tree]
"""A key with its value."""


def string(text: str, place: Place) -> Text:
    """A scalar that stands for the text it is written as."""
    return Text(place, text, "string", text)


def items_of(tree: Tree | None) -> tuple[Tree, ...]:
    """The items of a sequence; of anything else none."""
    return tree.items if isinstance(tree, Items) else ()


def pairs_of(tree: Tree | None) -> tuple[Pair, ...]:
    """The pairs of a mapping; of anything else none."""
    return tree.pairs if isinstance(tree, Pairs) else ()


def moved(tree: Tree, to: Callable[[Place], Place]) -> Tree:
    """The same tree with every place at another: of a document within a document."""
    match tree:
        case Text():
            return replace(tree, place=to(tree.place))
        case Items():
            return Items(to(tree.place), tuple(moved(one, to) for one in tree.items))
        case Pairs():
            pairs = (
                (replace(key, place=to(key.place)), moved(value, to))
                for key, value in tree.pairs
            )
            return Pairs(to(tree.place), tuple(pairs))


def read_tree(content: bytes, file: str) -> Tree | None:
    """The tree of a file, ``None`` for an empty one; raises ``TreeError``."""
    if len(content) > MAX_BYTES:
        message = f"The file has {len(content)} bytes; {MAX_BYTES} are allowed"
        raise TreeError(message)
    try:
        text = content.decode("utf-8-sig")
        events = yaml.parse(text, Loader=_LOADER)
        return _Builder(file, iter(events)).build()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TreeError("The file is not UTF-8", Place(file, line, 1)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else None
        raise TreeError(f"{error.problem or error.context}", place) from error
    except (yaml.YAMLError, ValueError) as error:
        raise TreeError(str(error)) from error


class _Builder:
    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self._file, self._events = file, events
        self._anchors: dict[str, tuple[Tree, int]] = {}
        self._nodes = 0

    def build(self) -> Tree | None:
        """
        The one document of the file, ``None`` for an empty file.

        Raises ``TreeError`` for more than one.
        """
        found: Tree | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    message = "Only one document a file"
                    raise TreeError(message, self._place(event))
                found = self._node(next(self._events), 0)
        return found

    def _node(self, event: Any, depth: int) -> Tree:
        self._count(event, 1)
        if depth > MAX_DEPTH:
            message = f"Nested deeper than {MAX_DEPTH}"
            raise TreeError(message, self._place(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        start = self._nodes
        if isinstance(event, yaml.ScalarEvent):
            made: Tree = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            made = self._sequence(event, depth)
        else:
            made = self._mapping(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = (made, self._nodes - start + 1)
        return made

    def _alias(self, event: Any) -> Tree:
        if event.anchor not in self._anchors:
            message = f"No anchor `{event.anchor}`"
            raise TreeError(message, self._place(event))
        made, size = self._anchors[event.anchor]
        self._count(event, size)
        return made

    def _sequence(self, event: Any, depth: int) -> Items:
        items: list[Tree] = []
        while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(inner, depth + 1))
        return Items(self._place(event), tuple(items))

    def _mapping(self, event: Any, depth: int) -> Pairs:
        pairs: list[tuple[Text, Tree]] = []
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            if not isinstance(key, Text):
                message = "A key is a plain word"
                raise TreeError(message, key.place)
            pairs.append((key, self._node(next(self._events), depth + 1)))
        place = pairs[0][0].place if pairs else self._place(event)
        return Pairs(
            place if not event.flow_style else self._place(event), tuple(pairs)
        )

    def _scalar(self, event: Any) -> Text:
        place, text = self._place(event), event.value
        tag = str(event.tag or "")
        if tag and tag != "!":
            return self._tagged(event, tag, place)
        if event.style or tag == "!":
            return string(text, place)
        return _typed(text, place)

    def _tagged(self, event: Any, tag: str, place: Place) -> Text:
        """A value whose sort was written down: ``!!int 4``."""
        known = {
            f"{_CORE}str": "string",
            f"{_CORE}null": "null",
            f"{_CORE}bool": "boolean",
            f"{_CORE}int": "number",
            f"{_CORE}float": "number",
        }
        if tag not in known:
            message = f"Unexpected tag '{tag}'"
            raise TreeError(message)
        at = f"on line {place.line} and column {place.column}"
        if known[tag] == "string":
            return string(event.value, place)
        if event.style:
            style = _STYLES.get(event.style, event.style)
            message = (
                f"The scalar style '{style}' {at} is not valid with the tag '{tag}'"
            )
            raise TreeError(message)
        found = _typed(event.value, place)
        whole = tag.endswith("int") and not isinstance(found.value, int)
        if found.kind != known[tag] or whole:
            message = f"The value '{event.value}' {at} is invalid for the type '{tag}'"
            raise TreeError(message)
        return found

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _count(self, event: Any, size: int) -> None:
        self._nodes += size
        if self._nodes > MAX_NODES:
            message = f"It holds more than {MAX_NODES} values, aliases counted in full"
            raise TreeError(message, self._place(event))


_STYLES = {'"': "DoubleQuoted", "'": "SingleQuoted", "|": "Literal", ">": "Folded"}


def _typed(text: str, place: Place) -> Text:
    """A plain scalar, by the core schema."""
    if text in _NULL:
        return Text(place, text, "null", None)
    if text in _BOOL:
        return Text(place, text, "boolean", _BOOL[text])
    number = _number(text)
    if number is not None:
        return Text(place, text, "number", number)
    return string(text, place)


def _number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        base = {"0x": 16, "0o": 8}.get(text[:2], 10)
        return int(text, base) if len(text) < _LONGEST_INTEGER else float(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text in _NOT_A_NUMBER else None


_LONGEST_INTEGER = 300
