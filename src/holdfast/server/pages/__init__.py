"""Pages for a browser: a module for each desk, all on the same paper."""

from starlette.routing import Route

from holdfast.ports import Desks
from holdfast.server.access import Access
from holdfast.server.pages import outbox, runs, signing
from holdfast.server.pages.paper import Paper

__all__ = ["routes"]


def routes(desks: Desks, access: Access, project: str) -> list[Route]:
    """Every page."""
    paper = Paper(project)
    return [
        *signing.routes(access, paper),
        *runs.routes(desks.runs, paper),
        *outbox.routes(desks.outbox, paper),
    ]
