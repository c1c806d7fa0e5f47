"""Pages of schedules, and of runs that were missed."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import Route

from holdfast.ports import DecisionRow, ScheduleDesk
from holdfast.problems import HoldfastError, Problem
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.live import Live

_ROWS = 50
_PICK = "pick."


def routes(desk: ScheduleDesk, paper: Paper, live: Live) -> list[Route]:
    """What is shown of schedules, and how missed runs are decided."""
    pages = _Pages(desk, live)
    return [
        Route("/schedules", live.shown(pages.schedules)),
        Route(
            "/schedules/pause",
            paper.done(pages.pause, "/schedules"),
            methods=["POST"],
        ),
        Route("/missed", live.shown(pages.missed)),
        Route("/missed", paper.done(pages.answer, "/missed"), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, desk: ScheduleDesk, live: Live) -> None:
        self._desk, self._live = desk, live

    def schedules(self, request: Request) -> str:
        asked = request.query_params
        workflow, after = asked.get("workflow", ""), asked.get("before", "")
        rows = self._desk.schedules(workflow, _ROWS, after)
        return self._live.page(
            request,
            "schedules.html",
            rows=rows,
            workflow=workflow,
            asked=len(self._desk.missed()),
            more=rows[-1].id if len(rows) == _ROWS else "",
        )

    def pause(self, request: Request, told: Mapping[str, str]) -> str:
        """Pause one schedule, or let it start runs again."""
        schedule, why = told.get("schedule", ""), told.get("why", "")
        actor = request.state.actor
        if told.get("do") == "resume":
            self._desk.resume(schedule, actor, why)
        else:
            self._desk.pause(schedule, actor, why, told.get("until", "").strip())
        return f"/schedules?{urlencode({'workflow': schedule})}"

    def missed(self, request: Request) -> str:
        asked, passed = self._desk.missed(), self._desk.passed(_ROWS)
        skipped = sum(map(_moments, passed))
        return self._live.page(
            request, "missed.html", asked=asked, passed=passed, skipped=skipped
        )

    def answer(self, request: Request, told: Mapping[str, str]) -> str:
        """Run or skip everything that was picked, with one reason."""
        numbers = [int(one.removeprefix(_PICK)) for one in told if one[5:].isdecimal()]
        why, run = told.get("why", "").strip(), told.get("do") == "run"
        if not numbers or not why:
            raise HoldfastError(_INCOMPLETE)
        problems: list[Problem] = []
        for number in numbers:
            try:
                self._desk.answer(number, request.state.actor, why, run=run)
            except HoldfastError as error:
                problems += error.problems
        if problems:
            raise HoldfastError(*problems)
        return "/missed"


def _moments(row: DecisionRow) -> int:
    """How many moments were skipped by one decision, as its reason begins."""
    many, since, _ = row.reason.partition(" since ")
    return int(many) if since and many.isdecimal() else 1


_INCOMPLETE = Problem(
    code="server.nothing-picked",
    summary="Nothing was picked, or no reason was given",
    detail="Nothing was started and nothing was skipped.",
    next_step="Pick one run or more, and say why.",
)
