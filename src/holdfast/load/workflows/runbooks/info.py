"""What follows a block's language: ``sh id=restart check="systemctl is-active x"``."""

import re
from dataclasses import dataclass

from holdfast.load.workflows.tree import (
    Pairs,
    Text,
    Tree,
    TreeError,
    moved,
    read_tree,
    string,
)
from holdfast.problems import Place

_WORD = re.compile(
    r"""\s*(?:
        (?P<key>[A-Za-z_][\w.-]*)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'
            |(?P<plain>[^\s"']\S*))(?=\s|$)
        |(?P<flag>[^\s="']+)(?=\s|$)
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Info:
    """The language, words without a value, and keys with one."""

    language: Text
    words: tuple[Text, ...]
    pairs: tuple[tuple[Text, Tree], ...]


def read_info(info: str, at: Place) -> Info:
    """
    Read an info string that begins at a place.

    Values in quotes are texts; others are YAML, so that ``[sre,ops]`` is a list. Raises
    ``TreeError`` for what is neither a word nor ``key=value``.
    """
    words: list[Text] = []
    pairs: list[tuple[Text, Tree]] = []
    position = 0
    while info[position:].strip():
        found = _WORD.match(info, position)
        if found is None:
            left = len(info[position:]) - len(info[position:].lstrip())
            raise TreeError(_UNREAD, _after(at, position + left))
        position = found.end()
        if found["flag"]:
            words.append(string(found["flag"], _after(at, found.start("flag"))))
        else:
            key = string(found["key"], _after(at, found.start("key")))
            pairs.append((key, _value(found, at)))
    language, *others = words or [string("", at)]
    return Info(language, tuple(others), tuple(pairs))


_UNREAD = 'A word, key=value or key="some words" was expected'


def _value(found: re.Match[str], at: Place) -> Tree:
    if found["plain"] is None:
        name = "double" if found["double"] is not None else "single"
        written = found[name]
        text = _ESCAPE.sub(r"\1", written) if name == "double" else written
        return string(text, _after(at, found.start(name) - 1))
    place = _after(at, found.start("plain"))
    tree = read_tree(found["plain"].encode(), at.file)
    if tree is None or isinstance(tree, Pairs):
        raise TreeError(_UNREAD, place)
    return moved(tree, lambda inner: _after(place, inner.column - 1))


def _after(place: Place, columns: int) -> Place:
    return Place(place.file, place.line, place.column + columns)
