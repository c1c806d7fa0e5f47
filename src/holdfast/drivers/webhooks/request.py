"""One request as it is handed from verifying to reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from holdfast.declare import WebhookDeclared
from holdfast.model import Occurrence, occurrence_id

LONGEST_NAME = 200
"""Types and subjects are cut here, deliveries hashed: they are keys, no contents."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; the names of headers are in small letters."""

    settings: WebhookDeclared
    secrets: Sequence[str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    now: datetime

    def header(self, name: str) -> str:
        """One header without white space around it; empty when it is not there."""
        return self.headers.get(name.lower(), "").strip()

    def happened(
        self,
        type_: str,
        delivery: str,
        data: Mapping[str, Any],
        *,
        action: str = "",
        subject: str = "",
    ) -> Occurrence:
        """What this request tells, with the id that belongs to its delivery."""
        source = self.settings.source
        if len(delivery) > LONGEST_NAME:
            delivery = sha256(delivery.encode("utf-8", "replace")).hexdigest()
        return Occurrence(
            id=occurrence_id(source, delivery),
            source=source,
            type=type_[:LONGEST_NAME],
            at=self.now,
            delivery=delivery,
            action=action[:LONGEST_NAME],
            subject=subject[:LONGEST_NAME],
            data=data,
        )


def text_at(data: Any, *path: str) -> str:
    """The text at a path of keys; empty when there is none."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, str) else ""


def mapping_at(data: Any, *path: str) -> Mapping[str, Any]:
    """The mapping at a path of keys; empty when there is none."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}
