"""What a runbook's prose points at, and that is not there."""

from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from holdfast.load.workflows.runbooks.document import read_document
from holdfast.problems import Place, Problem, Severity


def dead_links(
    content: bytes, file: str, exists: Callable[[str], bool]
) -> Iterator[Problem]:
    """
    A warning for each link to a file of the project that does not exist.

    ``exists`` is asked with paths below the project's root. Raises ``TreeError``.
    """
    for link in read_document(content, file).links:
        path = _path(link.target, file)
        if path and (path.startswith("..") or not exists(path)):
            yield Problem(
                code="runbook.dead-link",
                summary="A link of this runbook leads nowhere",
                detail=f"`{link.target[:200]}` is {path[:200]}, which is not there.",
                next_step="Mend the link, or take it out.",
                place=Place(file, link.line + 1, 1),
                severity=Severity.WARNING,
            )


def _path(target: str, file: str) -> str:
    """The file a link is to, below the root; empty for one to somewhere else."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path:
        return ""
    path = unquote(parts.path)
    folder = "" if path.startswith("/") else dirname(file)
    return normpath(join(folder, path.lstrip("/")))
