"""Pages of events: what came, what became of each, and why."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.routing import Route

from holdfast.ports import EventDesk
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.live import Live

_ROWS = 50


def routes(desk: EventDesk, paper: Paper, live: Live) -> list[Route]:
    """What is shown of events, and how one is looked at again."""
    pages = _Pages(desk, live)
    return [
        Route("/events", live.shown(pages.events)),
        Route("/events/{event}", live.shown(pages.event)),
        Route(
            "/events/{event}/replay",
            paper.done(pages.replay, "/events/{event}"),
            methods=["POST"],
        ),
    ]


class _Pages:
    def __init__(self, desk: EventDesk, live: Live) -> None:
        self._desk, self._live = desk, live

    def events(self, request: Request) -> str:
        asked = request.query_params
        sort, before = asked.get("type", "").strip(), asked.get("before", "")
        rows = self._desk.events(sort, _ROWS, before)
        sorts = sorted({word for row in rows for word in (row.source, row.type)})
        return self._live.page(
            request,
            "events.html",
            rows=rows,
            sort=sort,
            sorts=sorts,
            older=rows[-1].id if len(rows) == _ROWS else "",
        )

    def event(self, request: Request) -> str:
        row = self._desk.event(request.path_params["event"])
        data = json.dumps(row.data, indent=2, ensure_ascii=False, sort_keys=True)
        return self._live.page(request, "event.html", row=row, data=data)

    def replay(self, request: Request, _told: Mapping[str, str]) -> str:
        """Keep it once more, as of now."""
        event, actor = request.path_params["event"], request.state.actor
        return f"/events/{self._desk.replay(event, actor).id}"
