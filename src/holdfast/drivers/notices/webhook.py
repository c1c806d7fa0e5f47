"""Anything that takes a POST: the message itself, signed; and events for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from holdfast.drivers.notices.door import Outgoing, as_json
from holdfast.drivers.notices.signing import signed
from holdfast.model import Message
from holdfast.ports.wire import to_wire

_CLOUDEVENT = "application/cloudevents+json; charset=utf-8"


def webhook(
    message: Message, url: str, secrets: Sequence[str], now: datetime
) -> Outgoing:
    """The request with a message as JSON; signed when there is a secret."""
    body = as_json(to_wire(Message, message))
    headers = signed(message.id, now, body, secrets) if secrets else {}
    return Outgoing(url, body, headers)


def cloudevent(
    event: Mapping[str, Any], key: str, url: str, secrets: Sequence[str], now: datetime
) -> Outgoing:
    """The request with a CloudEvent in structured mode, signed."""
    body = as_json(event)
    headers = {**signed(key, now, body, secrets), "Content-Type": _CLOUDEVENT}
    return Outgoing(url, body, headers)
