"""Markdown files of a project: which are runbooks, and what is odd about them."""

from collections.abc import Collection, Iterator
from pathlib import Path

from holdfast.declare import Workflow
from holdfast.load.workflows.runbooks.document import has_front_matter
from holdfast.load.workflows.runbooks.links import dead_links
from holdfast.problems import Place, Problem, Severity


def is_runbook(content: bytes) -> bool:
    """Whether a Markdown file says that it is one."""
    return has_front_matter(content)


def no_front_matter(file: str) -> Problem:
    """A file that lies where runbooks do, and is none."""
    return Problem(
        code="runbook.no-front-matter",
        summary=f"{file} is not a runbook: it has no front matter"[:72],
        detail="It is not read: its blocks might not be meant to be run.",
        next_step="Begin it with `---`, its head in YAML, `---`; or call it README.md.",
        place=Place(file, 1, 1),
        severity=Severity.WARNING,
    )


def odd_runbook(
    workflow: Workflow, content: bytes, root: Path, names: Collection[str]
) -> Iterator[Problem]:
    """
    What a runbook outlived: links to nowhere, an owner that is nobody any more.

    ``names`` are teams and their people; without any of them nobody can tell.
    """

    def exists(path: str) -> bool:
        return (root / path).exists()

    yield from dead_links(content, workflow.file, exists)
    if names and workflow.owner not in names:
        yield Problem(
            code="runbook.owner-gone",
            summary=f"The owner {workflow.owner} is no team of the project"[:72],
            detail=f"Known: {', '.join(sorted(names))}.",
            next_step="Give it an owner that exists, or add the team to `teams:`.",
            place=Place(workflow.file, 1, 1),
            severity=Severity.WARNING,
        )
