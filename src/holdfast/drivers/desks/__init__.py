"""The desks of a server, over HTTP."""

from holdfast.drivers.desks.client import Asking
from holdfast.drivers.desks.events import RemoteEventDesk
from holdfast.drivers.desks.outbox import RemoteOutboxDesk
from holdfast.drivers.desks.rules import RemoteRuleDesk
from holdfast.drivers.desks.runbooks import RemoteRunbookDesk
from holdfast.drivers.desks.runs import RemoteRunDesk
from holdfast.drivers.desks.schedules import RemoteScheduleDesk
from holdfast.ports import Desks

__all__ = ["Asking", "RemoteRunDesk", "remote_desks"]


def remote_desks(asking: Asking) -> Desks:
    """Every desk of one server."""
    return Desks(
        runs=RemoteRunDesk(asking),
        events=RemoteEventDesk(asking),
        schedules=RemoteScheduleDesk(asking),
        rules=RemoteRuleDesk(asking),
        outbox=RemoteOutboxDesk(asking),
        runbooks=RemoteRunbookDesk(asking),
    )
