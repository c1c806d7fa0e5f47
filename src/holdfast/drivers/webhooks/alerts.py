"""What Alertmanager (version 4) and Grafana tell: one occurrence for each alert."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from holdfast.drivers.webhooks.reading import NotReadError
from holdfast.drivers.webhooks.request import Request, mapping_at, text_at
from holdfast.model import Occurrence

MAX_ALERTS = 10_000
_OF_THE_GROUP = (
    "receiver",
    "groupKey",
    "groupLabels",
    "commonLabels",
    "commonAnnotations",
    "externalURL",
)


def alerts(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """
    Each alert of a notification once, its fingerprint being the subject.

    An alert that fires on is told again and again: what tells one delivery from another is
    fingerprint, status, the time it began and, when it is over, the time it ended. Raises
    ``NotReadError`` for no list of alerts, and for more than :data:`MAX_ALERTS`.
    """
    found = payload.get("alerts")
    if not isinstance(found, list):
        raise NotReadError("it holds no list of alerts")
    if len(found) > MAX_ALERTS:
        raise NotReadError(f"it holds more than {MAX_ALERTS} alerts")
    group = {key: payload[key] for key in _OF_THE_GROUP if key in payload}
    told = [_alert(request, alert, group) for alert in found]
    return tuple({happened.delivery: happened for happened in told}.values())


def _alert(request: Request, alert: Any, group: Mapping[str, Any]) -> Occurrence:
    status = text_at(alert, "status")
    if status not in {"firing", "resolved"}:
        raise NotReadError("an alert is neither firing nor resolved")
    fingerprint = text_at(alert, "fingerprint") or _fingerprint(alert)
    moments = [text_at(alert, "startsAt")]
    moments += [text_at(alert, "endsAt")] if status == "resolved" else []
    return request.happened(
        "alert",
        "/".join((fingerprint, status, *moments)),
        {**group, **alert, "labels": mapping_at(alert, "labels")},
        action=status,
        subject=fingerprint,
    )


def _fingerprint(alert: Mapping[str, Any]) -> str:
    """A name for the labels of senders that give none."""
    labels = json.dumps(mapping_at(alert, "labels"), sort_keys=True)
    return sha256(labels.encode()).hexdigest()[:16]
