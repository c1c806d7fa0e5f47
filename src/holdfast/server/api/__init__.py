"""The API: one address for each thing a desk does."""

from starlette.routing import Route

from holdfast.ports import Desks
from holdfast.server.api import outbox, runs
from holdfast.server.api.endpoint import routes_of

__all__ = ["routes"]


def routes(desks: Desks) -> list[Route]:
    """Everything below ``/api/1``."""
    return routes_of((*runs.rows(desks.runs), *outbox.rows(desks.outbox)))
