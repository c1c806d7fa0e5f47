"""
A Markdown runbook as the workflow it is: one job, a step for each block.

The front matter is the workflow's head and what its one job has; blocks of the languages
``manual``, ``sh``, ``gate`` and ``uses`` are its steps. It becomes the same tree that a
YAML workflow is, and is held against the same grammar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from holdfast.declare import Workflow, seconds_of
from holdfast.load.workflows import grammar
from holdfast.load.workflows.check import Checker
from holdfast.load.workflows.runbooks.document import Document, Fence, read_document
from holdfast.load.workflows.runbooks.head import nested, nested_plain, read_head
from holdfast.load.workflows.runbooks.steps import LANGUAGES, kind_of, step_trees
from holdfast.load.workflows.tree import Items, Pairs, TreeError, string
from holdfast.problems import Place


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
    items = Items(Place(file, document.body + 1, 1), step_trees(document, file))
    head = read_head(document, file)
    known = len(checker.faults)
    if not items.items:
        checker.fault(
            items.place, f"There is no step: no block of {', '.join(LANGUAGES)}"
        )
    flat = Pairs(head.place, (*head.pairs, (string("steps", items.place), items)))
    plain = checker.check(flat, grammar.runbook())
    if len(checker.faults) > known:
        return None
    return Runbook(nested(flat), nested_plain(plain), tuple(_prose(document)))


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
