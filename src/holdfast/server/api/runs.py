"""The API's addresses for runs, workflows and workers."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.model import State
from holdfast.ports import Desk, RunRow, RunSheet, WaySheet, WorkerRow, WorkflowRow
from holdfast.ports.wire import to_wire
from holdfast.server.answers import answered
from holdfast.server.api.endpoint import Row, flag


def rows(desk: Desk) -> tuple[Row, ...]:
    """What there is below ``/api/1``."""
    api = _Api(desk)
    return (
        ("GET", "/workflows", api.workflows),
        ("GET", "/runs", api.runs),
        ("POST", "/runs", api.start),
        ("GET", "/runs/{run}", api.run),
        ("GET", "/runs/{run}/version", api.version),
        ("GET", "/runs/{run}/log", api.log),
        ("POST", "/runs/{run}/again", api.again),
        ("POST", "/runs/{run}/cancel", api.cancel),
        ("POST", "/runs/{run}/decide", api.decide),
        ("POST", "/runs/{run}/answer", api.answer),
        ("GET", "/runs/{run}/undo", api.way_back),
        ("POST", "/runs/{run}/undo", api.undo),
        ("POST", "/runs/{run}/break-glass", api.break_glass),
        ("GET", "/workers", api.workers),
        ("POST", "/workers/{name}/drain", api.drain),
        ("GET", "/why/{what}", api.why),
    )


class _Api:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def workflows(self, _request: Request, _body: dict[str, Any]) -> Response:
        rows = tuple(self._desk.workflows())
        return answered("workflows", workflows=to_wire(tuple[WorkflowRow, ...], rows))

    def runs(self, request: Request, _body: dict[str, Any]) -> Response:
        asked = request.query_params
        rows = self._desk.runs(
            [State(word) for word in asked.getlist("state")],
            asked.get("workflow", ""),
            min(int(asked.get("limit", "50")), 500),
            asked.get("before", ""),
        )
        return answered("runs", runs=to_wire(tuple[RunRow, ...], tuple(rows)))

    def start(self, request: Request, body: dict[str, Any]) -> Response:
        run = self._desk.start(
            str(body["workflow"]),
            dict(body.get("inputs") or {}),
            request.state.actor,
            str(body.get("why", "")),
        )
        return answered("started", run=run)

    def again(self, request: Request, body: dict[str, Any]) -> Response:
        run, inputs = request.path_params["run"], dict(body.get("inputs") or {})
        return answered(
            "started", run=self._desk.again(run, inputs, request.state.actor)
        )

    def run(self, request: Request, _body: dict[str, Any]) -> Response:
        return _sheet(self._desk.run(request.path_params["run"]))

    def version(self, request: Request, _body: dict[str, Any]) -> Response:
        version = self._desk.version(request.path_params["run"])
        return answered("version", version=version)

    def log(self, request: Request, _body: dict[str, Any]) -> Response:
        asked = request.query_params
        text = self._desk.printed(
            request.path_params["run"],
            asked["job"],
            int(asked["step"]),
            int(asked.get("offset", "0")),
        )
        return Response(text, media_type="text/plain; charset=utf-8")

    def cancel(self, request: Request, body: dict[str, Any]) -> Response:
        run, why = request.path_params["run"], str(body.get("why", ""))
        return answered(
            "cancelled", asked=self._desk.cancel(run, why, request.state.actor)
        )

    def decide(self, request: Request, body: dict[str, Any]) -> Response:
        return _sheet(
            self._desk.decide(
                request.path_params["run"],
                str(body["job"]),
                str(body["digest"]),
                str(body.get("why", "")),
                request.state.actor,
                yes=flag(body, "yes"),
            )
        )

    def break_glass(self, request: Request, body: dict[str, Any]) -> Response:
        run, job = request.path_params["run"], str(body.get("job", ""))
        why, actor = str(body.get("why", "")), request.state.actor
        return _sheet(self._desk.break_glass(run, job, why, actor))

    def answer(self, request: Request, body: dict[str, Any]) -> Response:
        said = body["answer"]
        if said not in ("made", "not-made", "failed"):
            message = "`answer` is made, not-made or failed"
            raise ValueError(message)
        run, job = request.path_params["run"], str(body["job"])
        return _sheet(self._desk.answer(run, job, said, request.state.actor))

    def way_back(self, request: Request, _body: dict[str, Any]) -> Response:
        run, only = request.path_params["run"], request.query_params.getlist("only")
        return answered("way", way=to_wire(WaySheet, self._desk.way_back(run, only)))

    def undo(self, request: Request, body: dict[str, Any]) -> Response:
        run, why = request.path_params["run"], str(body.get("why", ""))
        only = [str(one) for one in body.get("only") or ()]
        made = self._desk.undo(run, why, request.state.actor, only)
        return answered("started", run=made)

    def workers(self, _request: Request, _body: dict[str, Any]) -> Response:
        rows = tuple(self._desk.workers())
        return answered("workers", workers=to_wire(tuple[WorkerRow, ...], rows))

    def drain(self, request: Request, body: dict[str, Any]) -> Response:
        name = request.path_params["name"]
        self._desk.drain(name, request.state.actor, on=flag({"on": True, **body}, "on"))
        return answered("drained", worker=name)

    def why(self, request: Request, _body: dict[str, Any]) -> Response:
        return answered(
            "why", because=list(self._desk.why(request.path_params["what"]))
        )


def _sheet(sheet: RunSheet) -> Response:
    return answered("sheet", run=to_wire(RunSheet, sheet))
