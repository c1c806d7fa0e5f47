"""The desks of a server, over HTTP."""

from holdfast.drivers.desks.client import Asking
from holdfast.drivers.desks.events import RemoteEventDesk
from holdfast.drivers.desks.outbox import RemoteOutbox
from holdfast.drivers.desks.rules import RemoteRuleDesk
from holdfast.drivers.desks.runbooks import RemoteRunbooks
from holdfast.drivers.desks.runs import RemoteDesk
from holdfast.drivers.desks.schedules import RemoteScheduleDesk
from holdfast.ports import Desks

__all__ = ["Asking", "RemoteDesk", "remote_desks"]


def remote_desks(asking: Asking) -> Desks:
    """Every desk of one server."""
    return Desks(
        runs=RemoteDesk(asking),
        events=RemoteEventDesk(asking),
        schedules=RemoteScheduleDesk(asking),
        rules=RemoteRuleDesk(asking),
        outbox=RemoteOutbox(asking),
        runbooks=RemoteRunbooks(asking),
    )
