"""A workflow's file itself: where everything in it was written, expressions too."""

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.expressions import ExpressionError
from holdfast.expressions.parser import parse
from holdfast.expressions.template import parts
from holdfast.load.workflows import grammar
from holdfast.load.workflows.check import Checker, Path, Written
from holdfast.load.workflows.grammar.shapes import Keys
from holdfast.load.workflows.read import MARKDOWN
from holdfast.load.workflows.tree import (
    Items,
    Pairs,
    Tree,
    TreeError,
    pairs_of,
    read_tree,
)
from holdfast.problems import Place

_START = "${{"
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, bare, with what it may use and where it stands."""

    text: str
    written: Written
    number: int
    """Which one of its text, from 0."""

    @property
    def path(self) -> Path:
        """The keys that lead to it."""
        return self.written.path


@dataclass(frozen=True, slots=True)
class Source:
    """
    One file as its author sees it.

    A runbook in Markdown has the tree of the workflow that it is. A file that cannot be
    read has none: nothing is found in it, and every place is the one known otherwise.
    """

    file: str
    text: str = ""
    tree: Tree | None = None
    expressions: tuple[Expression, ...] = ()
    """Every one that can be read, in the order of the file."""

    def place(self, path: Path, otherwise: Place) -> Place:
        """Where a value was written, ``otherwise`` when there is none."""
        found = self._at(path)
        return found.place if found is not None else otherwise

    def key_place(self, path: Path, otherwise: Place) -> Place:
        """Where a key was written."""
        pairs = pairs_of(self._at(path[:-1]))
        return next((k.place for k, _ in pairs if k.text == path[-1]), otherwise)

    def place_in(self, expression: Expression, position: int, word: str) -> Place:
        """Where a word of an expression stands; else where its text begins."""
        start = expression.written.text.place
        before = _offset(self.text, start)
        if _START in expression.written.text.text:
            for _ in range(expression.number + 1):
                before = self.text.find(_START, before) + len(_START)
        at = self.text.find(expression.text, before)
        if at < 0:
            return start
        at += position - 1
        if not self.text.startswith(word, at):
            return start
        line = self.text.count("\n", 0, at) + 1
        return Place(self.file, line, at - self.text.rfind("\n", 0, at))

    def _at(self, path: Path) -> Tree | None:
        found = self.tree
        for key in path:
            if isinstance(found, Pairs) and isinstance(key, str):
                found = found.get(key)
            elif isinstance(found, Items) and isinstance(key, int):
                found = found.items[key] if key < len(found.items) else None
            else:
                return None
        return found


def read_source(content: bytes, file: str, shape: Keys | None = None) -> Source:
    """The file of a workflow, or of ``shape``; never raises."""
    try:
        text = content.decode("utf-8-sig")
        tree = _tree(content, file)
    except (TreeError, UnicodeDecodeError):
        return Source(file)
    if tree is None:
        return Source(file, text)
    checker = Checker()
    checker.check(tree, shape or grammar.of(file))
    every = (one for written in checker.written for one in _inside(written))
    return Source(file, text, tree, tuple(every))


def _tree(content: bytes, file: str) -> Tree | None:
    """The tree of a workflow, however it is written; raises ``TreeError``."""
    if file.endswith(_YAML):
        return read_tree(content, file)
    if not file.endswith(MARKDOWN):
        return None
    from holdfast.load.workflows.runbooks import read_runbook

    book = read_runbook(content, file, Checker())
    return book.tree if book else None


def _inside(written: Written) -> Iterator[Expression]:
    """The bare expressions of a text; none of one that cannot be read."""
    text = written.text.text.strip()
    try:
        if written.condition and text and not text.startswith(_START):
            parse(text)
            yield Expression(text, written, 0)
            return
        inside = [part.text for part in parts(text) if part.is_expression]
        for one in inside:
            parse(one)
    except ExpressionError:
        return
    for number, one in enumerate(inside):
        yield Expression(one, written, number)


def _offset(text: str, place: Place) -> int:
    """Which character of a file a place is; its lines end as YAML has them."""
    at = 0
    for _ in range(place.line - 1):
        at = text.find("\n", at) + 1
    return at + place.column - 1
