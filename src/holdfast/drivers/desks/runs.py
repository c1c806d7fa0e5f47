"""The desk of runs of a server."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from holdfast.drivers.desks.client import Asking
from holdfast.model import State
from holdfast.ports import RunDesk, RunRow, RunSheet, WaySheet, WorkerRow, WorkflowRow
from holdfast.ports.wire import from_wire


class RemoteRunDesk:
    """Asks the server; who asks is who the token is of."""

    def __init__(self, asking: Asking) -> None:
        self._ask, self._get, self._post = asking.ask, asking.get, asking.post

    def workflows(self) -> Sequence[WorkflowRow]:
        """Every workflow of the project, by name."""
        return from_wire(tuple[WorkflowRow, ...], self._get("/workflows")["workflows"])

    def start(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        actor: str,
        why: str = "",
        key: str = "",
    ) -> str:
        """Start a run by hand; its id."""
        told = {"workflow": workflow, "inputs": dict(inputs), "why": why}
        return str(self._post("/runs", told, key)["run"])

    def again(self, run: str, inputs: Mapping[str, Any], actor: str) -> str:
        """Start a run anew, some inputs others; its new id."""
        told = {"inputs": dict(inputs)}
        return str(self._post(f"/runs/{quote(run)}/again", told)["run"])

    def runs(
        self,
        states: Collection[State] = (),
        workflow: str = "",
        limit: int = 50,
        before: str = "",
        trigger: str = "",
    ) -> Sequence[RunRow]:
        """Runs, newest first."""
        asked: dict[str, Any] = {"limit": limit, "state": [one.value for one in states]}
        asked |= {"workflow": workflow, "before": before, "trigger": trigger}
        return from_wire(tuple[RunRow, ...], self._get("/runs", asked)["runs"])

    def run(self, run: str, /) -> RunSheet:
        """One run."""
        return _sheet(self._get(f"/runs/{quote(run)}"))

    def version(self, run: str = "", /) -> int:
        """A number that grows whenever anything of a run changed, or of any."""
        one = f"/{quote(run)}" if run else ""
        return int(self._get(f"/runs{one}/version")["version"])

    def printed(self, run: str, job: str, step: int, offset: int = 0, /) -> bytes:
        """What a step printed, from a byte on."""
        asked = {"job": job, "step": step, "offset": offset}
        return self._ask("GET", f"/runs/{quote(run)}/log", params=asked).content

    def cancel(self, run: str, why: str, actor: str) -> bool:
        """Ask a run to end; whether there was anything to end."""
        return bool(self._post(f"/runs/{quote(run)}/cancel", {"why": why})["asked"])

    def decide(
        self, run: str, job: str, digest: str, why: str, actor: str, *, yes: bool
    ) -> RunSheet:
        """Approve or reject what a gate shows."""
        told = {"job": job, "digest": digest, "why": why, "yes": yes}
        return _sheet(self._post(f"/runs/{quote(run)}/decide", told))

    def break_glass(self, run: str, job: str, why: str, actor: str) -> RunSheet:
        """Ask to let a job pass windows and freezes."""
        told = {"job": job, "why": why}
        return _sheet(self._post(f"/runs/{quote(run)}/break-glass", told))

    def answer(
        self,
        run: str,
        job: str,
        answer: Literal["made", "not-made", "failed"],
        actor: str,
    ) -> RunSheet:
        """Say what became of a step in doubt."""
        told = {"job": job, "answer": answer}
        return _sheet(self._post(f"/runs/{quote(run)}/answer", told))

    def way_back(self, run: str, only: Sequence[str] = ()) -> WaySheet:
        """What would take back a run that has ended."""
        told = self._get(f"/runs/{quote(run)}/undo", {"only": list(only)})
        return from_wire(WaySheet, told["way"])

    def undo(self, run: str, why: str, actor: str, only: Sequence[str] = ()) -> str:
        """Start the run that takes one back; its id."""
        told = {"why": why, "only": list(only)}
        return str(self._post(f"/runs/{quote(run)}/undo", told)["run"])

    def workers(self) -> Sequence[WorkerRow]:
        """Every worker that was not forgotten."""
        return from_wire(tuple[WorkerRow, ...], self._get("/workers")["workers"])

    def drain(self, worker: str, actor: str, *, on: bool) -> None:
        """Give a worker nothing new, or something again."""
        self._post(f"/workers/{quote(worker)}/drain", {"on": on})

    def why(self, what: str, /) -> Sequence[str]:
        """Why a run or a workflow is as it is."""
        return list(self._get(f"/why/{quote(what)}")["because"])


def _sheet(told: Any) -> RunSheet:
    return from_wire(RunSheet, told["run"])


_: type[RunDesk] = RemoteRunDesk
