"""Pages of what is on its way out, and the forms that send it again or give it up."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.routing import Route

from holdfast.ports import OutboxDesk
from holdfast.server.pages.layout import Paper

_ROWS = 100
_STATES = ("waiting", "dead", "sent", "dropped")


def routes(desk: OutboxDesk, paper: Paper) -> list[Route]:
    """What is shown of the outbox, and what can be done."""
    found = _Pages(desk, paper)
    decided = paper.done(found.decide, "/outbox/{letter}")
    return [
        Route("/outbox", paper.shown(found.letters)),
        Route("/outbox/{letter}", paper.shown(found.letter)),
        Route("/outbox/{letter}/{do}", decided, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, desk: OutboxDesk, paper: Paper) -> None:
        self._desk, self._page = desk, paper.page

    def letters(self, request: Request) -> str:
        """What is not out yet, unless another state is asked for."""
        asked = request.query_params
        state, before = asked.get("state", ""), asked.get("before", "")
        states = [state] if state in _STATES else ["waiting", "dead"]
        rows = self._desk.letters(states, _ROWS, before)
        older = rows[-1].id if len(rows) == _ROWS else ""
        return self._page(
            request, "outbox.html", rows=rows, states=_STATES, state=state, older=older
        )

    def letter(self, request: Request) -> str:
        row = self._desk.letter(request.path_params["letter"])
        body = json.dumps(dict(row.body or {}), indent=2, ensure_ascii=False)
        return self._page(request, "letter.html", row=row, body=body)

    def decide(self, request: Request, told: Mapping[str, str]) -> str:
        """Send again, or give up."""
        letter, actor = request.path_params["letter"], request.state.actor
        why = told.get("why", "")
        if request.path_params["do"] == "retry":
            self._desk.retry(letter, actor, why)
        elif request.path_params["do"] == "drop":
            self._desk.drop(letter, actor, why)
        return f"/outbox/{letter}"
