"""The API's addresses for schedules and missed runs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.ports import DecisionRow, ScheduleDesk, ScheduleRow
from holdfast.ports.wire import to_wire
from holdfast.server.api.endpoint import Row, flag, next_of, page_of
from holdfast.server.responses import answered


def rows(desk: ScheduleDesk) -> tuple[Row, ...]:
    """What there is about schedules."""
    api = _Api(desk)
    return (
        ("GET", "/schedules", api.schedules),
        ("GET", "/schedules/why", api.why),
        ("POST", "/schedules/pause", api.pause),
        ("POST", "/schedules/resume", api.resume),
        ("GET", "/missed", api.missed),
        ("POST", "/missed/{number}", api.answer),
    )


class _Api:
    def __init__(self, desk: ScheduleDesk) -> None:
        self._desk = desk

    def schedules(self, request: Request, _body: dict[str, Any]) -> Response:
        """Schedules with their next five moments, by id; `workflow` is one of them."""
        limit, after = page_of(request)
        workflow = request.query_params.get("workflow", "")
        rows = self._desk.schedules(workflow, limit, after)
        following = next_of([row.id for row in rows], limit)
        return answered("schedules", schedules=_schedules(rows), next=following)

    def why(self, request: Request, _body: dict[str, Any]) -> Response:
        """When the schedules of `workflow`, or one, are due, and what was decided."""
        lines = list(self._desk.why(request.query_params["workflow"]))
        return answered("why", because=lines)

    def pause(self, request: Request, body: dict[str, Any]) -> Response:
        """Let a schedule, or all of a workflow, wait: `schedule`, `why`, `until`."""
        until = str(body.get("until", ""))
        named, why, actor = str(body["schedule"]), str(body["why"]), request.state.actor
        rows = self._desk.pause(named, actor, why, until)
        return answered("schedules", schedules=_schedules(rows))

    def resume(self, request: Request, body: dict[str, Any]) -> Response:
        """Let it start runs again: `schedule`, `why`."""
        named, why = str(body["schedule"]), str(body.get("why", ""))
        rows = self._desk.resume(named, request.state.actor, why)
        return answered("schedules", schedules=_schedules(rows))

    def missed(self, request: Request, _body: dict[str, Any]) -> Response:
        """Missed runs a person is asked about, and those that were skipped by rule."""
        limit, _ = page_of(request)
        asked, passed = self._desk.missed(), self._desk.passed(limit)
        return answered("missed", missed=_decisions(asked), skipped=_decisions(passed))

    def answer(self, request: Request, body: dict[str, Any]) -> Response:
        """Say what becomes of a missed run: `run` (true or false), `why`."""
        number, run = int(request.path_params["number"]), flag(body, "run")
        why, actor = str(body.get("why", "")), request.state.actor
        started = self._desk.answer(number, actor, why, run=run)
        return answered("answered", run=started)


def _schedules(rows: Any) -> Any:
    return to_wire(tuple[ScheduleRow, ...], tuple(rows))


def _decisions(rows: Any) -> Any:
    return to_wire(tuple[DecisionRow, ...], tuple(rows))
