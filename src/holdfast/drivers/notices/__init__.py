"""The ways out: pure functions from a message to a request, and two doors."""

from holdfast.drivers.notices.senders import Channel, Subscriber

__all__ = ["Channel", "Subscriber"]
