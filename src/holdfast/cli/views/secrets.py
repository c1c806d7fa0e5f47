"""Secrets as rows: which there are, where they were used; never what they are."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from holdfast.app.secrets.exposure import Listed
from holdfast.model import Entry
from holdfast.record import Use

_SIZES = ((86400, "d"), (3600, "h"), (60, "m"))


def list_rows(found: Sequence[Listed], now: datetime) -> list[dict[str, object]]:
    """One row a secret; ages are of the newest version."""
    return [
        {
            "name": one.name,
            "backend": one.backend,
            "versions": one.versions,
            "age": age(one.since, now),
            "last-used": _moment(one.used) or "never",
        }
        for one in found
    ]


def list_data(found: Sequence[Listed]) -> dict[str, object]:
    """As ``holdfast.secrets/1``."""
    return {
        "secrets": [one.name for one in found],
        "details": [
            {
                "name": one.name,
                "backend": one.backend,
                "versions": one.versions,
                "since": one.since or None,
                "last_used": one.used or None,
            }
            for one in found
        ],
    }


def use_rows(uses: Sequence[Use]) -> list[dict[str, object]]:
    """One row a use, newest first."""
    return [
        {
            "at": use.at,
            "what": use.what,
            "version": use.version,
            "actor": use.actor,
            "run": use.run or None,
            "address": str(use.address) if use.address else use.step or None,
        }
        for use in reversed(uses)
    ]


def hosts_by_version(uses: Sequence[Use]) -> dict[str, list[str]]:
    """On which hosts something was made with each version."""
    found: dict[str, set[str]] = {}
    for use in uses:
        if use.address and use.address.host:
            found.setdefault(use.version, set()).add(use.address.host)
    return {version: sorted(hosts) for version, hosts in sorted(found.items())}


def scrubbed(entry: Entry) -> str:
    """One line on what was scrubbed when and by whom."""
    body: Mapping[str, Any] = entry.body
    rows = f"row {', '.join(sorted(body['rows'], key=int))}" if body["rows"] else ""
    parts = [
        rows,
        _many(body["texts"], "printed text"),
        _many(body["contents"], "content"),
    ]
    told = "; ".join(part for part in parts if part)
    when = f"{_moment(entry.at)} UTC by {entry.actor}"
    return f"Scrubbed on {when} of {', '.join(body['secrets'])}: {told}."


def _many(found: Sequence[str], word: str) -> str:
    return f"{len(found)} {word}{'' if len(found) == 1 else 's'}" if found else ""


def age(since: str, now: datetime) -> str:
    """How long ago, in its largest unit; empty when that is not known."""
    if not since:
        return ""
    seconds = int((now - datetime.fromisoformat(since).astimezone(UTC)).total_seconds())
    for size, unit in _SIZES:
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{max(seconds, 0)}s"


def _moment(at: str) -> str:
    return at[:16].replace("T", " ")
