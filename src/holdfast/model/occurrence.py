"""Something that happened outside and that a workflow may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Occurrence:
    """
    One event, whoever sent it; in expressions ``event`` is its ``data``.

    ``source`` is who sent it (``github``, ``alertmanager``), ``type`` what it is
    (``push``, ``alert``, ``drift``, ``schedule``), ``action`` its finer sort (``opened``,
    ``firing``, ``resolved``), ``subject`` what it is about (a repository, an alert's
    fingerprint). Two with the same ``source`` and ``delivery`` are one.
    """

    id: str
    source: str
    type: str
    at: datetime
    delivery: str
    action: str = ""
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def occurrence_id(source: str, delivery: str) -> str:
    """The id of what ``source`` delivered under this name: always the same one."""
    name = f"{source}\x00{delivery}"
    return f"e-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:24]}"
