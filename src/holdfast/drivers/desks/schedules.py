"""The desk of schedules of a server."""

from collections.abc import Sequence

from holdfast.drivers.desks.client import Asking
from holdfast.ports import DecisionRow, ScheduleDesk, ScheduleRow
from holdfast.ports.wire import from_wire


class RemoteScheduleDesk:
    """Asks the server; who asks is who the token is of."""

    def __init__(self, asking: Asking) -> None:
        self._get, self._post = asking.get, asking.post

    def schedules(
        self, workflow: str = "", limit: int = 50, after: str = ""
    ) -> Sequence[ScheduleRow]:
        """Schedules by their ids."""
        asked = {"workflow": workflow, "limit": limit, "before": after}
        found = self._get("/schedules", asked)["schedules"]
        return from_wire(tuple[ScheduleRow, ...], found)

    def missed(self) -> Sequence[DecisionRow]:
        """Runs that were missed and that a person is asked about."""
        return from_wire(tuple[DecisionRow, ...], self._get("/missed")["missed"])

    def passed(self, limit: int = 50) -> Sequence[DecisionRow]:
        """Runs that were missed and skipped by rule."""
        found = self._get("/missed", {"limit": limit})["skipped"]
        return from_wire(tuple[DecisionRow, ...], found)

    def answer(self, number: int, actor: str, why: str, *, run: bool) -> str:
        """Say what becomes of a missed run; the id of the run if it was started."""
        return str(self._post(f"/missed/{number}", {"run": run, "why": why})["run"])

    def pause(
        self, schedule: str, actor: str, why: str, until: str = ""
    ) -> Sequence[ScheduleRow]:
        """Let a schedule, or all of a workflow, start nothing for a while."""
        return self._told("pause", {"schedule": schedule, "why": why, "until": until})

    def resume(self, schedule: str, actor: str, why: str) -> Sequence[ScheduleRow]:
        """End the pause of a schedule, or of all of a workflow."""
        return self._told("resume", {"schedule": schedule, "why": why})

    def why(self, schedule: str, /) -> Sequence[str]:
        """When a schedule or all of a workflow are due."""
        return list(self._get("/schedules/why", {"workflow": schedule})["because"])

    def _told(self, what: str, told: dict[str, object]) -> Sequence[ScheduleRow]:
        found = self._post(f"/schedules/{what}", told)["schedules"]
        return from_wire(tuple[ScheduleRow, ...], found)


_: type[ScheduleDesk] = RemoteScheduleDesk
