"""Pages for a browser: a module for each desk, all on the same paper."""

from starlette.routing import Route

from holdfast.ports import Desks
from holdfast.server.access import Access
from holdfast.server.pages import (
    events,
    outbox,
    rules,
    runbooks,
    runs,
    schedules,
    signing,
)
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.live import Live

__all__ = ["Paper", "routes"]


def routes(desks: Desks, access: Access, paper: Paper) -> list[Route]:
    """Every page."""
    live = Live(paper, desks.events)
    return [
        *signing.routes(access, paper),
        *runs.routes(desks.runs, paper),
        *events.routes(desks.events, paper, live),
        *schedules.routes(desks.schedules, paper, live),
        *rules.routes(desks.rules, paper, live),
        *outbox.routes(desks.outbox, paper),
        *runbooks.routes(desks.runbooks, paper),
    ]
