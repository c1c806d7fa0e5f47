"""The API: one address for each thing a desk does."""

from starlette.routing import Route

from holdfast.ports import Desks
from holdfast.server.api import (
    events,
    openapi,
    outbox,
    rules,
    runbooks,
    runs,
    schedules,
)
from holdfast.server.api.endpoint import routes_of

__all__ = ["routes"]


def routes(desks: Desks) -> list[Route]:
    """Everything below ``/api/1``."""
    table = (
        *runs.rows(desks.runs),
        *events.rows(desks.events),
        *schedules.rows(desks.schedules),
        *rules.rows(desks.rules),
        *outbox.rows(desks.outbox),
        *runbooks.rows(desks.runbooks),
    )
    return routes_of((*table, openapi.row(table)))
