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
from holdfast.server.pages.errors import Errors
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.live import Live

__all__ = ["Errors", "Paper", "routes"]


def routes(desks: Desks, access: Access, paper: Paper) -> list[Route]:
    """Every page."""
    events_live = Live(paper, desks.events, "/api/1/events/version")
    runs_live = Live(paper, desks.runs, "/api/1/runs/version")
    return [
        *signing.routes(access, paper),
        *runs.routes(desks.runs, paper, runs_live),
        *events.routes(desks.events, paper, events_live),
        *schedules.routes(desks.schedules, paper, events_live),
        *rules.routes(desks.rules, paper, events_live),
        *outbox.routes(desks.outbox, paper),
        *runbooks.routes(desks.runbooks, paper),
    ]
