"""A tree held against a grammar: plain values come out, what does not fit is collected."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from holdfast.expressions import ExpressionError
from holdfast.expressions.check import check_expression
from holdfast.expressions.coerce import to_text
from holdfast.expressions.template import parts
from holdfast.load.workflows.filling import (
    NOT_ALLOWED,
    NOTHING_WRITTEN,
    faults_of_expressions,
    is_insert,
    quoted_text,
)
from holdfast.load.workflows.grammar.shapes import (
    Anything,
    Boolean,
    Contexts,
    Keys,
    Nothing,
    Number,
    OneOf,
    Sequence,
    Shape,
    String,
)
from holdfast.load.workflows.tree import Items, Pairs, Text, Tree
from holdfast.problems import Place

Path: TypeAlias = tuple[str | int, ...]
"""Keys and numbers of items, from the top of a file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit, where, in GitHub's words."""

    place: Place | None
    message: str
    known: tuple[str, ...] = ()
    """Keys or words that would have fitted."""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """
    A text that may hold expressions: the keys that lead to it, and what they may use.

    A ``condition`` is one whole expression, with or without ``${{ }}`` around it.
    """

    path: Path
    text: Text
    contexts: Contexts
    condition: bool = False


@dataclass(slots=True)
class Checker:
    """Holds a tree against a shape: plain values come out, faults are collected."""

    faults: list[Fault] = field(default_factory=list)
    filled: set[Text] = field(default_factory=set)
    """Keys that are expressions; ``${{ insert }}`` stands for all pairs of a mapping."""
    written: list[Written] = field(default_factory=list)
    """Every text with an expression in it, in the order of the file."""

    def check(self, tree: Tree, shape: Shape, path: Path = ()) -> Any:
        """The plain value; texts keep their ``${{ }}``."""
        match tree:
            case Text():
                return self._text(tree, shape, path)
            case Items():
                return self._items(tree, shape, path)
            case Pairs():
                return self._pairs(tree, shape, path)

    def fault(
        self,
        place: Place | None,
        message: str,
        known: Iterable[str] = (),
        next_step: str = "",
    ) -> None:
        """Note a fault."""
        self.faults.append(Fault(place, message, tuple(known), next_step))

    # --- scalars -----------------------------------------------------------------

    def _text(self, text: Text, shape: Shape, path: Path) -> Any:
        every = _flat(shape)
        condition = any(isinstance(one, String) and one.condition for one in every)
        if condition or "${{" in text.text:
            self.written.append(Written(path, text, shape.contexts, condition))
        if condition:
            self._condition(text, shape.contexts)
            return text.text if text.kind != "null" else None
        if text.kind == "string" and "${{" in text.text:
            quoted = quoted_text(text.text)
            if is_insert(text.text):
                return self._unexpected(text)
            if quoted is not None and shape.contexts is None:
                text = replace(text, text=quoted)
            elif self._expressions(text, shape.contexts):
                return text.text
        for one in every:
            found = _fits(text, one)
            if found is not _UNFIT:
                return found
        words = [w for one in every if isinstance(one, String) for w in one.words or ()]
        return self._unexpected(text, words, "" if words else wanted(every))

    def _unexpected(
        self, text: Text, known: Iterable[str] = (), next_step: str = ""
    ) -> None:
        message = f"Unexpected value '{_said(text)}'"
        self.fault(text.place, message, known, next_step)

    def _expressions(self, text: Text, contexts: Contexts) -> bool:
        """Check every ``${{ }}`` in a text; whether all can be read."""
        wrong = list(faults_of_expressions(text.text, contexts))
        here = "" if contexts else "Write the value itself; nothing is filled in here."
        for message in wrong:
            self.fault(text.place, message, next_step=here)
        return wrong in ([], [NOT_ALLOWED])

    def _condition(self, text: Text, contexts: Contexts) -> None:
        """Check a whole condition, with or without ``${{ }}`` around it."""
        written = text.text.strip()
        if not written:
            return
        try:
            if written.startswith("${{"):
                found = parts(written)
                written = found[0].text if len(found) == 1 else written
            if not written:
                self.fault(text.place, NOTHING_WRITTEN)
                return
            check_expression(written, contexts or ())
        except ExpressionError as error:
            self.fault(text.place, error.message, next_step=_mended(written))

    # --- collections -------------------------------------------------------------

    def _items(self, items: Items, shape: Shape, path: Path) -> Any:
        for one in _flat(shape):
            if isinstance(one, Sequence | Anything):
                inner = one.item if isinstance(one, Sequence) else one
                return [
                    self.check(item, inner, (*path, number))
                    for number, item in enumerate(items.items)
                ]
        self.fault(items.place, "A sequence was not expected", (), wanted(_flat(shape)))
        return None

    def _pairs(self, pairs: Pairs, shape: Shape, path: Path) -> Any:
        every = _flat(shape)
        anything = next((one for one in every if isinstance(one, Anything)), None)
        if anything is not None:
            return self._loose(pairs, anything, path)
        fitting = [one for one in every if isinstance(one, Keys)]
        if not fitting:
            self.fault(pairs.place, "A mapping was not expected", (), wanted(every))
            return None
        return self._keyed(pairs, fitting, path)

    def _loose(self, pairs: Pairs, shape: Anything, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in self._each(pairs, shape.contexts):
            found[key.text] = self.check(value, shape, (*path, key.text))
        return found

    def _keyed(self, pairs: Pairs, shapes: list[Keys], path: Path) -> dict[str, Any]:
        """A mapping whose keys decide which of several shapes it has."""
        found: dict[str, Any] = {}
        left = shapes
        for key, value in self._each(pairs, left[0].contexts):
            at = (*path, key.text)
            if key in self.filled:
                found[key.text] = self.check(value, Anything(left[0].contexts), at)
                continue
            having = [one for one in left if key.text in one.keys]
            if having:
                left = having
                found[key.text] = self.check(value, left[0].keys[key.text].shape, at)
                continue
            loose = next((one.others for one in left if one.others is not None), None)
            if loose is None:
                known = {name for one in left for name in one.keys}
                self._unexpected(key, sorted(known))
                continue
            if not key.text:
                self._unexpected(key)
            found[key.text] = self.check(value, loose, at)
        self._complete(pairs, left, found)
        return found

    def _each(self, pairs: Pairs, contexts: Contexts) -> Iterable[tuple[Text, Tree]]:
        """Every pair; later ones of the same key, and misplaced keys, are faults."""
        seen: set[str] = set()
        for key, value in pairs.pairs:
            name = key.text.upper()
            if self._is_filled(key, contexts):
                self.filled.add(key)
                if contexts is None:
                    continue
            elif name and name in seen:
                self.fault(key.place, f"'{key.text}' is already defined")
                continue
            seen.add(name)
            yield key, value

    def _is_filled(self, key: Text, contexts: Contexts) -> bool:
        """Whether a key is an expression; one that is not allowed there is a fault."""
        if "${{" not in key.text or quoted_text(key.text) is not None:
            return False
        if not is_insert(key.text):
            return self._expressions(key, contexts)
        if contexts is None:
            self.fault(key.place, NOT_ALLOWED)
        return True

    def _complete(
        self, pairs: Pairs, left: list[Keys], found: Mapping[str, Any]
    ) -> None:
        """Say which keys are missing, or which would decide between shapes."""
        if len(left) > 1:
            having = Counter(name for one in left for name in one.keys)
            told = ", ".join(sorted(name for name in having if having[name] == 1))
            self.fault(
                pairs.place,
                "There's not enough info to determine what you meant. "
                f"Add one of these properties: {told}",
            )
            return
        if not any(key in self.filled for key, _ in pairs.pairs):
            for name in _missing(left[0], found):
                self.fault(pairs.place, f"Required property is missing: {name}")


def _mended(condition: str) -> str:
    """What to do about a condition with text around its ``${{ }}``."""
    around = "${{" in condition
    return "Write the whole condition inside of one ${{ }}." if around else ""


def wanted(shapes: Iterable[Shape]) -> str:
    """What to write where something of one of these shapes belongs."""
    said = [_CALLED[type(one)] for one in shapes if type(one) in _CALLED]
    return f"Write {' or '.join(dict.fromkeys(said))}." if said else ""


_CALLED: Mapping[type[Any], str] = {
    Boolean: "true or false",
    Number: "a number",
    String: "a text",
    Sequence: "a list",
    Keys: "keys with their values",
    Nothing: "nothing",
}


def _missing(shape: Keys, found: Mapping[str, Any]) -> list[str]:
    return [
        name for name, key in shape.keys.items() if key.required and name not in found
    ]


def _flat(shape: Shape) -> list[Any]:
    if isinstance(shape, OneOf):
        return [inner for one in shape.shapes for inner in _flat(one)]
    return [shape]


_UNFIT = object()


def _fits(text: Text, shape: Any) -> Any:
    """A scalar as one shape has it."""
    match shape:
        case Anything():
            return text.value if text.kind != "string" else text.text
        case Nothing() if text.kind == "null":
            return None
        case Boolean() if text.kind == "boolean":
            return text.value
        case Number() if text.kind == "number":
            return text.value
        case String():
            return _word(text, shape)
        case _:
            return _UNFIT


def _word(text: Text, shape: String) -> Any:
    if shape.words is not None and text.text not in shape.words:
        return _UNFIT
    if (shape.filled and not text.text) or (text.kind == "null" and shape.filled):
        return _UNFIT
    return _said(text)


def _said(text: Text) -> str:
    """A scalar where a text is wanted, as GitHub writes it: ``1e3`` is ``1000``."""
    return text.text if text.kind == "string" else to_text(text.value)
