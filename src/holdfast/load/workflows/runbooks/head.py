"""
The front matter of a runbook: a workflow's head, and what its one job has.

It is written flat, side by side; a workflow has the job's keys below ``jobs``.
"""

from collections.abc import Mapping
from typing import Any

from holdfast.load.workflows.grammar import RUNBOOK_JOB
from holdfast.load.workflows.runbooks.document import Document
from holdfast.load.workflows.tree import Pair, Pairs, TreeError, read_tree, string
from holdfast.problems import Place

JOB = "runbook"
"""The id of the one job of a runbook."""


def read_head(document: Document, file: str) -> Pairs:
    """
    The front matter as a mapping, with the ``on`` and ``name`` that need not be written.

    Raises ``TreeError`` when it is YAML of another sort.
    """
    tree = read_tree(f"\n{document.front}".encode(), file)
    start = Place(file, 1, 1)
    if tree is None:
        tree = Pairs(start, ())
    if not isinstance(tree, Pairs):
        raise TreeError("A mapping was expected", tree.place)
    more: list[Pair] = []
    if tree.get("on") is None and not any(key.text == "on" for key, _ in tree.pairs):
        more.append((string("on", start), string("workflow_dispatch", start)))
    title = next((h for h in document.headings if h.level == 1), None)
    if tree.get("name") is None and title is not None:
        more.append((string("name", start), string(title.text, start)))
    return Pairs(tree.place, (*tree.pairs, *more))


def nested(flat: Pairs) -> Pairs:
    """Head and job apart, as a workflow is written."""
    job = tuple(pair for pair in flat.pairs if pair[0].text in RUNBOOK_JOB)
    head = tuple(pair for pair in flat.pairs if pair[0].text not in RUNBOOK_JOB)
    jobs = Pairs(flat.place, ((string(JOB, flat.place), Pairs(flat.place, job)),))
    return Pairs(flat.place, (*head, (string("jobs", flat.place), jobs)))


def nested_plain(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The same of the plain values."""
    job = {key: value for key, value in flat.items() if key in RUNBOOK_JOB}
    head = {key: value for key, value in flat.items() if key not in RUNBOOK_JOB}
    return {**head, "jobs": {JOB: job}}
