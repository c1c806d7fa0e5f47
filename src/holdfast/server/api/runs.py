"""The API's addresses for runs, workflows and workers."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.model import State
from holdfast.ports import RunDesk, RunRow, RunSheet, WaySheet, WorkerRow, WorkflowRow
from holdfast.ports.wire import to_wire
from holdfast.server.api.endpoint import Row, flag, key_of, next_of, page_of
from holdfast.server.responses import answered


def rows(desk: RunDesk) -> tuple[Row, ...]:
    """What there is below ``/api/1``."""
    api = _Api(desk)
    return (
        ("GET", "/workflows", api.workflows),
        ("GET", "/runs", api.runs),
        ("POST", "/runs", api.start),
        ("GET", "/runs/version", api.newest),
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
    def __init__(self, desk: RunDesk) -> None:
        self._desk = desk

    def workflows(self, _request: Request, _body: dict[str, Any]) -> Response:
        """Every workflow, with its inputs and coming moments."""
        rows = tuple(self._desk.workflows())
        return answered("workflows", workflows=to_wire(tuple[WorkflowRow, ...], rows))

    def runs(self, request: Request, _body: dict[str, Any]) -> Response:
        """Runs, newest first; `state`, `workflow`, `trigger`, `limit`, `before`."""
        asked, (limit, before) = request.query_params, page_of(request)
        states = [State(word) for word in asked.getlist("state")]
        workflow, trigger = asked.get("workflow", ""), asked.get("trigger", "")
        rows = self._desk.runs(states, workflow, limit, before, trigger)
        told = to_wire(tuple[RunRow, ...], tuple(rows))
        return answered("runs", runs=told, next=next_of([r.id for r in rows], limit))

    def start(self, request: Request, body: dict[str, Any]) -> Response:
        """Start a run; `workflow`, `inputs` and `why` in the body."""
        run = self._desk.start(
            str(body["workflow"]),
            dict(body.get("inputs") or {}),
            request.state.actor,
            str(body.get("why", "")),
            key_of(request),
        )
        return answered("started", run=run)

    def again(self, request: Request, body: dict[str, Any]) -> Response:
        """Start a run anew with some inputs others: `inputs`."""
        run, inputs = request.path_params["run"], dict(body.get("inputs") or {})
        return answered(
            "started", run=self._desk.again(run, inputs, request.state.actor)
        )

    def run(self, request: Request, _body: dict[str, Any]) -> Response:
        """One run: its jobs, what waits, what gates show."""
        return _sheet(self._desk.run(request.path_params["run"]))

    def newest(self, _request: Request, _body: dict[str, Any]) -> Response:
        """A number that grows with each change of any run."""
        return answered("version", version=self._desk.version())

    def version(self, request: Request, _body: dict[str, Any]) -> Response:
        """A number that grows with each change of a run."""
        version = self._desk.version(request.path_params["run"])
        return answered("version", version=version)

    def log(self, request: Request, _body: dict[str, Any]) -> Response:
        """What a step printed from a byte on: `job`, `step`, `offset`."""
        asked = request.query_params
        text = self._desk.printed(
            request.path_params["run"],
            asked["job"],
            int(asked["step"]),
            int(asked.get("offset", "0")),
        )
        return Response(text, media_type="text/plain; charset=utf-8")

    def cancel(self, request: Request, body: dict[str, Any]) -> Response:
        """Ask a run to end; `why` in the body."""
        run, why = request.path_params["run"], str(body.get("why", ""))
        return answered(
            "cancelled", asked=self._desk.cancel(run, why, request.state.actor)
        )

    def decide(self, request: Request, body: dict[str, Any]) -> Response:
        """Say yes or no to a gate: `job`, `digest`, `why`, `yes`."""
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
        """Ask to pass windows and freezes with a job: `job`, `why`."""
        run, job = request.path_params["run"], str(body.get("job", ""))
        why, actor = str(body.get("why", "")), request.state.actor
        return _sheet(self._desk.break_glass(run, job, why, actor))

    def answer(self, request: Request, body: dict[str, Any]) -> Response:
        """Say what became of a step in doubt: `job`, `answer`."""
        said = body["answer"]
        if said not in ("made", "not-made", "failed"):
            message = "`answer` is made, not-made or failed"
            raise ValueError(message)
        run, job = request.path_params["run"], str(body["job"])
        return _sheet(self._desk.answer(run, job, said, request.state.actor))

    def way_back(self, request: Request, _body: dict[str, Any]) -> Response:
        """What would take a run back, before anything is done; `only` names parts."""
        run, only = request.path_params["run"], request.query_params.getlist("only")
        return answered("way", way=to_wire(WaySheet, self._desk.way_back(run, only)))

    def undo(self, request: Request, body: dict[str, Any]) -> Response:
        """Take a run back by a run of its own: `why`, `only`."""
        run, why = request.path_params["run"], str(body.get("why", ""))
        only = [str(one) for one in body.get("only") or ()]
        made = self._desk.undo(run, why, request.state.actor, only)
        return answered("started", run=made)

    def workers(self, _request: Request, _body: dict[str, Any]) -> Response:
        """Every worker."""
        rows = tuple(self._desk.workers())
        return answered("workers", workers=to_wire(tuple[WorkerRow, ...], rows))

    def drain(self, request: Request, body: dict[str, Any]) -> Response:
        """Give a worker nothing new, or work again: `on`."""
        name = request.path_params["name"]
        self._desk.drain(name, request.state.actor, on=flag({"on": True, **body}, "on"))
        return answered("drained", worker=name)

    def why(self, request: Request, _body: dict[str, Any]) -> Response:
        """Why a run or a workflow is as it is."""
        return answered(
            "why", because=list(self._desk.why(request.path_params["what"]))
        )


def _sheet(sheet: RunSheet) -> Response:
    return answered("sheet", run=to_wire(RunSheet, sheet))
