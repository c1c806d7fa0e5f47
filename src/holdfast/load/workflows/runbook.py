"""
A Markdown runbook as the workflow it is: one job, a step for each block.

The front matter is the workflow's head and what its one job has; blocks of the languages
``manual``, ``sh``, ``gate`` and ``uses`` are its steps. It becomes the same tree that a
YAML workflow is, and is held against the same grammar.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from holdfast.declare import Workflow, seconds_of
from holdfast.load.workflows import grammar
from holdfast.load.workflows.attributes import Info, read_info
from holdfast.load.workflows.check import Checker
from holdfast.load.workflows.markdown import Document, Fence, Prose, read_document
from holdfast.load.workflows.tree import (
    Items,
    Pairs,
    Text,
    Tree,
    TreeError,
    moved,
    read_tree,
)
from holdfast.problems import Place

JOB = "runbook"
"""The id of the one job of a runbook."""

LANGUAGES = ("manual", "sh", "gate", "uses")
_ASKED = ("by", "count", "not", "within")
_MARK = "---"
_LONGEST = 60

Pair = tuple[Text, Tree]


@dataclass(frozen=True, slots=True)
class Runbook:
    """A runbook as tree and plain values of a workflow, and the prose of its steps."""

    tree: Pairs
    plain: Mapping[str, Any]
    prose: tuple[str, ...]
    """Before each step, and last what follows them."""

    def told(self, workflow: Workflow, checker: Checker) -> Workflow:
        """The workflow with what only a runbook has."""
        steps = [step.id for job in workflow.jobs for step in job.steps]
        pairs = zip([*steps, ""], self.prose, strict=True)
        return replace(
            workflow,
            prose=tuple((name, text) for name, text in pairs if text),
            review=_review(self.plain.get("review"), self.tree, checker),
        )


def read_runbook(content: bytes, file: str, checker: Checker) -> Runbook | None:
    """
    Read one; ``None`` when it is none, and then ``checker`` has the faults.

    Raises ``TreeError`` for what cannot be read at all.
    """
    document = read_document(content, file)
    if document.front is None:
        message = "A runbook begins with front matter: `---`, its head in YAML, `---`"
        raise TreeError(message, Place(file, 1, 1))
    steps = _Steps(document, file)
    items = Items(Place(file, document.body + 1, 1), tuple(steps.trees()))
    head = _head(document, file)
    known = len(checker.faults)
    if not items.items:
        checker.fault(
            items.place, f"There is no step: no block of {', '.join(LANGUAGES)}"
        )
    flat = Pairs(head.place, (*head.pairs, (_key("steps", items.place), items)))
    plain = checker.check(flat, grammar.runbook())
    if len(checker.faults) > known:
        return None
    return Runbook(_nested(flat), _nested_plain(plain), tuple(_prose(document)))


def kind_of(info: str) -> str:
    """The language of a block that is a step; empty for one that is prose."""
    language = next(iter(info.split()), "")
    return language if language in LANGUAGES else ""


# --- the head ---------------------------------------------------------------------------


def _head(document: Document, file: str) -> Pairs:
    """The front matter, with what need not be written."""
    tree = read_tree(f"\n{document.front}".encode(), file)
    start = Place(file, 1, 1)
    if tree is None:
        tree = Pairs(start, ())
    if not isinstance(tree, Pairs):
        raise TreeError("A mapping was expected", tree.place)
    more: list[Pair] = []
    if tree.get("on") is None and not any(key.text == "on" for key, _ in tree.pairs):
        more.append((_key("on", start), _text("workflow_dispatch", start)))
    title = next((h for h in document.headings if h.level == 1), None)
    if tree.get("name") is None and title is not None:
        more.append((_key("name", start), _text(title.text, start)))
    return Pairs(tree.place, (*tree.pairs, *more))


def _nested(flat: Pairs) -> Pairs:
    """Head and job apart, as a workflow is written."""
    job = tuple(pair for pair in flat.pairs if pair[0].text in grammar.RUNBOOK_JOB)
    head = tuple(pair for pair in flat.pairs if pair[0].text not in grammar.RUNBOOK_JOB)
    jobs = Pairs(flat.place, ((_key(JOB, flat.place), Pairs(flat.place, job)),))
    return Pairs(flat.place, (*head, (_key("jobs", flat.place), jobs)))


def _nested_plain(flat: Mapping[str, Any]) -> dict[str, Any]:
    job = {key: value for key, value in flat.items() if key in grammar.RUNBOOK_JOB}
    head = {key: value for key, value in flat.items() if key not in grammar.RUNBOOK_JOB}
    return {**head, "jobs": {JOB: job}}


def _review(written: Any, tree: Pairs, checker: Checker) -> int | None:
    if written is None:
        return None
    try:
        return seconds_of(str(written))
    except ValueError as error:
        checker.fault((tree.get("review") or tree).place, str(error))
        return None


def _prose(document: Document) -> Iterable[str]:
    """The text before each step, and last what follows them."""
    told = ""
    for part in document.parts:
        if isinstance(part, Fence) and kind_of(part.info):
            yield told.strip("\n")
            told = ""
        else:
            told += document.text(part)
    yield told.strip("\n")


# --- steps ------------------------------------------------------------------------------


class _Steps:
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
        return _text(text, fence.place(self._file, line, 1))

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
        keys += [(word, _true(word.place)) for word in flags]
        match info.language.text:
            case "sh":
                keys.append((_key("run", place), self._filled(body)))
            case "manual":
                keys.append((_key("manual", place), self._filled(body)))
            case "gate":
                keys = _gate(keys, body, place)
            case _:
                keys += [(_key("uses", word.place), word) for word in words]
                keys += self._with(fence, body, place)
        return Pairs(place, (*keys, *self._named(fence, keys)))

    def _filled(self, body: Text) -> Text:
        if not body.text.strip():
            raise TreeError("There is nothing in this block", body.place)
        return _text(body.text.rstrip("\n"), body.place)

    def _with(self, fence: Fence, body: Text, place: Place) -> list[Pair]:
        """The body of a ``uses`` block: what the action is given."""
        if not body.text.strip():
            return []
        skipped = body.place.line - fence.line - 2
        tree = self._yaml(fence, skipped, body.text)
        return [] if tree is None else [(_key("with", place), tree)]

    def _named(self, fence: Fence, keys: list[Pair]) -> list[Pair]:
        """Id and name that nobody wrote: of the heading, so that history outlives edits."""
        written = {key.text for key, _ in keys}
        heading = self._document.heading(fence.line)
        more: list[Pair] = []
        place = Place(self._file, heading.line + 1 if heading else fence.line + 1, 1)
        if "id" not in written:
            more.append((_key("id", place), _text(self._free(heading), place)))
        if heading and heading.line not in self._headed:
            self._headed.add(heading.line)
            if "name" not in written and heading.text:
                more.append((_key("name", place), _text(heading.text, place)))
        return more

    def _free(self, heading: Any) -> str:
        stem = _slug(heading.text if heading else "")
        name, number = stem, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.lower())
        return name


def _uses_of(info: Info) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """The action a ``uses`` block names first, and words that are switched on."""
    if info.language.text == "uses" and info.words and "/" in info.words[0].text:
        return info.words[:1], info.words[1:]
    return (), info.words


def _gate(keys: list[Pair], body: Text, place: Place) -> list[Pair]:
    """A gate is a step that asks for a yes."""
    asked = [pair for pair in keys if pair[0].text in _ASKED]
    if body.text.strip():
        message = _text(body.text.strip("\n"), body.place)
        asked.append((_key("message", body.place), message))
    uses = (_key("uses", place), _text("holdfast/approve", place))
    with_ = (_key("with", place), Pairs(place, tuple(asked)))
    return [pair for pair in keys if pair[0].text not in _ASKED] + [uses, with_]


def _slug(heading: str) -> str:
    """``1. Restart the worker`` is ``restart-the-worker``: numbers may move."""
    fixed = re.sub(r"\$\{\{.*?\}\}", "", heading)
    plain = unicodedata.normalize("NFKD", fixed).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).lstrip("-0123456789")
    return words[:_LONGEST].strip("-") or "step"


def _key(name: str, place: Place) -> Text:
    return _text(name, place)


def _true(place: Place) -> Text:
    return Text(place, "true", "boolean", value=True)


def _text(text: str, place: Place) -> Text:
    return Text(place, text, "string", text)
