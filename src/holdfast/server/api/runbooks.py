"""The API's addresses for runbooks, and for the manual steps of runs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.ports import Report, RunbookDesk, RunbookRow, RunbookSheet
from holdfast.ports.wire import to_wire
from holdfast.server.api.endpoint import Row
from holdfast.server.responses import answered


def rows(desk: RunbookDesk) -> tuple[Row, ...]:
    """What there is below ``/api/1``."""
    api = _Api(desk)
    return (
        ("GET", "/runbooks", api.runbooks),
        ("GET", "/runbooks/{name}", api.runbook),
        ("POST", "/runs/{run}/take", api.take),
        ("POST", "/runs/{run}/report", api.report),
    )


class _Api:
    def __init__(self, desk: RunbookDesk) -> None:
        self._desk = desk

    def runbooks(self, _request: Request, _body: dict[str, Any]) -> Response:
        """Every runbook: last proof, share of automated steps, people's time."""
        found = tuple(self._desk.runbooks())
        return answered("runbooks", runbooks=to_wire(tuple[RunbookRow, ...], found))

    def runbook(self, request: Request, _body: dict[str, Any]) -> Response:
        """One runbook with its text and its blocks."""
        sheet = self._desk.runbook(request.path_params["name"])
        return answered("runbook", runbook=to_wire(RunbookSheet, sheet))

    def take(self, request: Request, body: dict[str, Any]) -> Response:
        """Let others see who is at a manual step; `job` and `step` in the body."""
        run, job, step = request.path_params["run"], str(body["job"]), int(body["step"])
        self._desk.take(run, job, step, request.state.actor)
        return answered("taken", run=run, job=job, step=step)

    def report(self, request: Request, body: dict[str, Any]) -> Response:
        """Say what came of a manual step; `job`, `step`, `how`, `text`, `fields`."""
        how = body["how"]
        if how not in ("done", "failed", "skipped"):
            message = "`how` is done, failed or skipped"
            raise ValueError(message)
        run, job, step = request.path_params["run"], str(body["job"]), int(body["step"])
        report = Report(how, str(body.get("text", "")), dict(body.get("fields") or {}))
        self._desk.report(run, job, step, report, request.state.actor)
        return answered("reported", run=run, job=job, step=step)
