"""What everybody else tells: plain signed JSON, Standard Webhooks, Stripe, Slack."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from holdfast.drivers.webhooks.reading import NotReadError
from holdfast.drivers.webhooks.request import Request, text_at
from holdfast.model import Occurrence

TYPE = "webhook"
"""The type of what does not say what it is."""


def told(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """
    One occurrence; type and delivery come from the headers the settings name.

    Without a header for its delivery each one counts, also when it says the same. Raises
    ``NotReadError`` when the header the settings name is missing.
    """
    settings = request.settings
    kind = request.header(settings.event_header) if settings.event_header else ""
    if settings.delivery_header:
        delivery = request.header(settings.delivery_header)
        if not delivery:
            raise NotReadError(f"the header {settings.delivery_header} is missing")
    else:
        digest = sha256(request.body).hexdigest()[:32]
        delivery = f"{request.now.timestamp():.6f}/{digest}"
    return (_event(request, kind, delivery, payload),)


def standard(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """One occurrence, its delivery being ``webhook-id``."""
    kind = text_at(payload, "type")
    return (_event(request, kind, request.header("webhook-id"), payload),)


def stripe(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """
    One event, by its ``id`` and ``type``.

    Raises ``NotReadError`` without an id. See Stripe: the Event object.
    """
    name = text_at(payload, "id")
    if not name:
        raise NotReadError("it holds no id")
    return (_event(request, text_at(payload, "type"), name, payload),)


def slack(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """
    One event, command or click.

    Only events have an id that stays when Slack tries again; for the others it is
    the signature, which belongs to one time and body.
    """
    kind = text_at(payload, "event", "type") or text_at(payload, "type")
    kind = kind or text_at(payload, "command")
    name = text_at(payload, "event_id") or request.header("x-slack-signature")
    return (_event(request, kind, name, payload),)


def _event(
    request: Request, kind: str, delivery: str, payload: Mapping[str, Any]
) -> Occurrence:
    """An occurrence; a CloudEvents 1.0 body says itself what it is about."""
    if text_at(payload, "specversion").startswith("1."):
        kind = kind or text_at(payload, "type")
    return request.happened(
        kind or TYPE,
        delivery,
        payload,
        action=text_at(payload, "action"),
        subject=text_at(payload, "subject"),
    )
