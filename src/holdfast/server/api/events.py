"""The API's addresses for events."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.ports import EventDesk, EventRow, Told
from holdfast.ports.wire import to_wire
from holdfast.server.api.endpoint import Row, key_of, next_of, page_of
from holdfast.server.responses import answered


def rows(desk: EventDesk) -> tuple[Row, ...]:
    """What there is about events."""
    api = _Api(desk)
    return (
        ("GET", "/events", api.events),
        ("POST", "/events", api.send),
        ("GET", "/events/version", api.version),
        ("GET", "/events/{event}", api.event),
        ("POST", "/events/{event}/replay", api.replay),
        ("GET", "/events/{event}/why", api.why),
    )


class _Api:
    def __init__(self, desk: EventDesk) -> None:
        self._desk = desk

    def events(self, request: Request, _body: dict[str, Any]) -> Response:
        """Events with what came of each, newest first; `type` is a type or a source."""
        limit, before = page_of(request)
        rows = self._desk.events(request.query_params.get("type", ""), limit, before)
        told = to_wire(tuple[EventRow, ...], tuple(rows))
        following = next_of([row.id for row in rows], limit)
        return answered("events", events=told, next=following)

    def event(self, request: Request, _body: dict[str, Any]) -> Response:
        """One event with its data, its decisions and every condition."""
        return _row(self._desk.event(request.path_params["event"]))

    def send(self, request: Request, body: dict[str, Any]) -> Response:
        """Store an event: `type`, `data`, `source`, `action`, `subject`."""
        data = body.get("data", {})
        if not isinstance(data, dict):
            message = "`data` is an object"
            raise TypeError(message)
        told = Told(
            type=str(body["type"]),
            data=data,
            source=str(body.get("source", "manual")),
            action=str(body.get("action", "")),
            subject=str(body.get("subject", "")),
        )
        return _row(self._desk.send(told, request.state.actor, key_of(request)))

    def replay(self, request: Request, _body: dict[str, Any]) -> Response:
        """Let workflows look at an event again, as they are now."""
        event = request.path_params["event"]
        return _row(self._desk.replay(event, request.state.actor))

    def why(self, request: Request, _body: dict[str, Any]) -> Response:
        """Why an event started what it did, one sentence a line."""
        lines = list(self._desk.why(request.path_params["event"]))
        return answered("why", because=lines)

    def version(self, _request: Request, _body: dict[str, Any]) -> Response:
        """A word that is another one when an event or a decision came."""
        return answered("version", version=self._desk.version())


def _row(row: EventRow) -> Response:
    return answered("event", event=to_wire(EventRow, row))
