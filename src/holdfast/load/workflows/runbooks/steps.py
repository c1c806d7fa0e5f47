"""The fenced blocks of a runbook as steps, written as they are in YAML."""

import re
import unicodedata
from collections.abc import Iterable

from holdfast.load.workflows.runbooks.document import Document, Fence, Heading, Prose
from holdfast.load.workflows.runbooks.info import Info, read_info
from holdfast.load.workflows.tree import (
    Pair,
    Pairs,
    Text,
    Tree,
    TreeError,
    moved,
    read_tree,
    string,
)
from holdfast.problems import Place

LANGUAGES = ("manual", "sh", "gate", "uses")
_ASKED = ("by", "count", "not", "within")
_MARK = "---"
_LONGEST = 60


def kind_of(info: str) -> str:
    """The language of a block that is a step; empty for one that is prose."""
    language = next(iter(info.split()), "")
    return language if language in LANGUAGES else ""


def step_trees(document: Document, file: str) -> tuple[Tree, ...]:
    """
    A mapping for each block that is a step; a heading names the first one below it.

    Raises ``TreeError`` for a block that cannot be read.
    """
    return tuple(_Blocks(document, file).trees())


class _Blocks:
    """The blocks of one document as steps; a heading names the first one below it."""

    def __init__(self, document: Document, file: str) -> None:
        self._document, self._file = document, file
        self._blocks = [
            (part, read_info(part.info, Place(file, part.line + 1, part.column)))
            for part in document.parts
            if not isinstance(part, Prose) and kind_of(part.info)
        ]
        self._headed: set[int] = set()
        self._taken: set[str] = set()

    def trees(self) -> Iterable[Tree]:
        """A mapping for each block, as a step is written in YAML."""
        read = [(fence, info, *self._header(fence)) for fence, info in self._blocks]
        for _, info, header, _ in read:
            for key, value in (*info.pairs, *header):
                if key.text == "id" and isinstance(value, Text):
                    self._taken.add(value.text.lower())
        for fence, info, header, body in read:
            yield self._step(fence, info, header, body)

    def _header(self, fence: Fence) -> tuple[tuple[Pair, ...], Text]:
        """The keys between two lines ``---`` at the top of a block, and the rest."""
        lines = fence.content.splitlines(keepends=True)
        if not lines or lines[0].rstrip() != _MARK:
            return (), self._body(fence, 1, fence.content)
        ends = (n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _MARK)
        end = next(ends, None)
        if end is None:
            message = "The keys of this block have no end: a line `---` is missing"
            raise TreeError(message, fence.place(self._file, 1, 1))
        tree = self._yaml(fence, 1, "".join(lines[1:end]))
        if tree is not None and not isinstance(tree, Pairs):
            raise TreeError("A mapping was expected", tree.place)
        body = self._body(fence, end + 2, "".join(lines[end + 1 :]))
        return (tree.pairs if tree else ()), body

    def _body(self, fence: Fence, line: int, text: str) -> Text:
        return string(text, fence.place(self._file, line, 1))

    def _yaml(self, fence: Fence, skipped: int, text: str) -> Tree | None:
        """YAML of a block, with its places in the file; ``skipped`` lines are above it."""

        def there(place: Place) -> Place:
            return fence.place(self._file, place.line + skipped, place.column)

        try:
            tree = read_tree(text.encode(), self._file)
        except TreeError as error:
            place = there(error.place) if error.place else None
            raise TreeError(error.message, place) from error
        return None if tree is None else moved(tree, there)

    def _step(
        self, fence: Fence, info: Info, header: tuple[Pair, ...], body: Text
    ) -> Pairs:
        place = info.language.place
        keys: list[Pair] = [*info.pairs, *header]
        words, flags = _uses_of(info)
        keys += [
            (word, Text(word.place, "true", "boolean", value=True)) for word in flags
        ]
        match info.language.text:
            case "sh":
                keys.append((string("run", place), _filled(body)))
            case "manual":
                keys.append((string("manual", place), _filled(body)))
            case "gate":
                keys = _gate(keys, body, place)
            case _:
                keys += [(string("uses", word.place), word) for word in words]
                keys += self._with(fence, body, place)
        return Pairs(place, (*keys, *self._named(fence, keys)))

    def _with(self, fence: Fence, body: Text, place: Place) -> list[Pair]:
        """The body of a ``uses`` block: what the action is given."""
        if not body.text.strip():
            return []
        skipped = body.place.line - fence.line - 2
        tree = self._yaml(fence, skipped, body.text)
        return [] if tree is None else [(string("with", place), tree)]

    def _named(self, fence: Fence, keys: list[Pair]) -> list[Pair]:
        """Id and name that nobody wrote: of the heading, so that history outlives edits."""
        written = {key.text for key, _ in keys}
        heading = self._document.heading(fence.line)
        more: list[Pair] = []
        place = Place(self._file, heading.line + 1 if heading else fence.line + 1, 1)
        if "id" not in written:
            more.append((string("id", place), string(self._free(heading), place)))
        if heading and heading.line not in self._headed:
            self._headed.add(heading.line)
            if "name" not in written and heading.text:
                more.append((string("name", place), string(heading.text, place)))
        return more

    def _free(self, heading: Heading | None) -> str:
        stem = _slug(heading.text if heading else "")
        name, number = stem, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.lower())
        return name


def _filled(body: Text) -> Text:
    if not body.text.strip():
        raise TreeError("There is nothing in this block", body.place)
    return string(body.text.rstrip("\n"), body.place)


def _uses_of(info: Info) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """The action a ``uses`` block names first, and words that are switched on."""
    if info.language.text == "uses" and info.words and "/" in info.words[0].text:
        return info.words[:1], info.words[1:]
    return (), info.words


def _gate(keys: list[Pair], body: Text, place: Place) -> list[Pair]:
    """A gate is a step that asks for a yes."""
    asked = [pair for pair in keys if pair[0].text in _ASKED]
    if body.text.strip():
        message = string(body.text.strip("\n"), body.place)
        asked.append((string("message", body.place), message))
    uses = (string("uses", place), string("holdfast/approve", place))
    with_ = (string("with", place), Pairs(place, tuple(asked)))
    return [pair for pair in keys if pair[0].text not in _ASKED] + [uses, with_]


def _slug(heading: str) -> str:
    """``1. Restart the worker`` is ``restart-the-worker``: numbers may move."""
    fixed = re.sub(r"\$\{\{.*?\}\}", "", heading)
    plain = unicodedata.normalize("NFKD", fixed).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).lstrip("-0123456789")
    return words[:_LONGEST].strip("-") or "step"
