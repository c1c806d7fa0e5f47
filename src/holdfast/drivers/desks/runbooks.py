"""The desk of runbooks of a server."""

from collections.abc import Sequence
from urllib.parse import quote

from holdfast.drivers.desks.client import Asking
from holdfast.ports import Report, RunbookDesk, RunbookRow, RunbookSheet
from holdfast.ports.wire import from_wire


class RemoteRunbookDesk:
    """Asks the server; who asks is who the token is of."""

    def __init__(self, asking: Asking) -> None:
        self._get, self._post = asking.get, asking.post

    def runbooks(self) -> Sequence[RunbookRow]:
        """Every runbook of the project, by name."""
        return from_wire(tuple[RunbookRow, ...], self._get("/runbooks")["runbooks"])

    def runbook(self, name: str, /) -> RunbookSheet:
        """One runbook; a file is asked for by its name without folder and ending."""
        stem = name.rpartition("/")[2].removesuffix(".md")
        told = self._get(f"/runbooks/{quote(stem, safe='')}")
        return from_wire(RunbookSheet, told["runbook"])

    def take(self, run: str, job: str, step: int, actor: str) -> None:
        """Let others see who is at a manual step."""
        self._post(f"/runs/{quote(run)}/take", {"job": job, "step": step})

    def report(self, run: str, job: str, step: int, report: Report, actor: str) -> None:
        """Say what came of a manual step."""
        told = {
            "job": job,
            "step": step,
            "how": report.how,
            "text": report.text,
            "fields": dict(report.fields),
        }
        self._post(f"/runs/{quote(run)}/report", told)


_: type[RunbookDesk] = RemoteRunbookDesk
