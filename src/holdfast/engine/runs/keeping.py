"""What the parts of the keeper ask of the whole."""

from collections.abc import Callable
from typing import Protocol

from holdfast.declare import Workflow
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.request import Request
from holdfast.model import Attributes, Entry, Event, RunView
from holdfast.ports import Clock, JobRow, RunTransaction


class Keeping(Protocol):
    """Runs inside of a transaction that was begun."""

    clock: Clock
    gatekeeper: Gatekeeper

    @property
    def flow_of(self) -> Callable[[RunView], Workflow]:
        """The workflow a run was started with."""
        ...

    @property
    def find(self) -> Callable[[str], Request | None]:
        """What a workflow of the project would be started with now."""
        ...

    def accept_in(
        self, transaction: RunTransaction, request: Request, actor: str
    ) -> str:
        """Write a run down; its id."""
        ...

    def cancel_in(
        self, transaction: RunTransaction, run: str, why: str, actor: str
    ) -> bool:
        """Ask a run to end."""
        ...

    def stop_job(self, transaction: RunTransaction, row: JobRow, why: str) -> None:
        """End a job, or ask the worker that has it."""
        ...

    def view(self, transaction: RunTransaction, run: str) -> RunView:
        """How a run stands."""
        ...

    def entry(
        self, event: Event, run: str, body: Attributes, actor: str = "holdfast"
    ) -> Entry:
        """An entry of a run, now."""
        ...
