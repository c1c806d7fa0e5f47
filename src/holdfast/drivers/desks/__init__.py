"""The desks of a server, over HTTP."""

from holdfast.drivers.desks.asking import Asking
from holdfast.drivers.desks.outbox import RemoteOutbox
from holdfast.drivers.desks.runs import RemoteDesk

__all__ = ["Asking", "RemoteDesk", "RemoteOutbox"]
