"""The API's addresses for what is on its way out."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.ports import LetterRow, OutboxDesk, OutboxSheet
from holdfast.ports.wire import to_wire
from holdfast.server.api.endpoint import Row
from holdfast.server.responses import answered


def rows(desk: OutboxDesk) -> tuple[Row, ...]:
    """What there is below ``/api/1``."""
    api = _Api(desk)
    return (
        ("GET", "/outbox", api.letters),
        ("GET", "/outbox/sheet", api.sheet),
        ("GET", "/outbox/{letter}", api.letter),
        ("POST", "/outbox/{letter}/retry", api.retry),
        ("POST", "/outbox/{letter}/drop", api.drop),
    )


class _Api:
    def __init__(self, desk: OutboxDesk) -> None:
        self._desk = desk

    def letters(self, request: Request, _body: dict[str, Any]) -> Response:
        """Letters on their way out, newest first."""
        asked = request.query_params
        limit = min(int(asked.get("limit", "100")), 500)
        rows = self._desk.letters(
            asked.getlist("state"), limit, asked.get("before", "")
        )
        return answered("letters", letters=to_wire(tuple[LetterRow, ...], tuple(rows)))

    def sheet(self, _request: Request, _body: dict[str, Any]) -> Response:
        """How the way out stands: letters by whom they are for and their state."""
        return answered("outbox-sheet", sheet=to_wire(OutboxSheet, self._desk.sheet()))

    def letter(self, request: Request, _body: dict[str, Any]) -> Response:
        """One letter with its last answer."""
        return _shown(self._desk.letter(request.path_params["letter"]))

    def retry(self, request: Request, body: dict[str, Any]) -> Response:
        """Send a letter again, now; `why` is kept."""
        letter, actor = request.path_params["letter"], request.state.actor
        return _shown(self._desk.retry(letter, actor, str(body.get("why", ""))))

    def drop(self, request: Request, body: dict[str, Any]) -> Response:
        """Give a letter up: `why`."""
        letter, actor = request.path_params["letter"], request.state.actor
        return _shown(self._desk.drop(letter, actor, str(body["why"])))


def _shown(row: LetterRow) -> Response:
    return answered("letter", letter=to_wire(LetterRow, row))
