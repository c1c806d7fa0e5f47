"""The one door for HTTP on the way out: one request, a time limit, nothing followed."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from holdfast import __version__
from holdfast.ports import Answer

_TIMEOUT = 10.0
_SHOWN = 200
_LARGEST = 4096
_FINAL = frozenset({400, 410, 413, 415, 422})
"""What says that the message itself is not wanted, now or later."""

_BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One POST; the URL is a secret and never shown."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def as_json(value: Mapping[str, Any]) -> bytes:
    """The bytes of a JSON object."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def post(outgoing: Outgoing, now: datetime, timeout: float = _TIMEOUT) -> Answer:
    """
    Send one request; never raises for what the other side does.

    Redirects are not followed, so that what is sent goes nowhere else; of the answer a
    few kilobytes are read. Addresses of one's own network are allowed: they are
    declared by the project's owner.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"holdfast/{__version__}",
        **outgoing.headers,
    }
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False) as client,
            client.stream(
                "POST", outgoing.url, content=outgoing.body, headers=headers
            ) as response,
        ):
            return _read(response, now, time.monotonic() + timeout)
    except httpx.TimeoutException:
        return Answer(taken=False, said=f"no answer within {timeout:g} s")
    except httpx.InvalidURL:
        return Answer(taken=False, said="its address is no URL")
    except httpx.HTTPError as error:
        said = str(error).replace(outgoing.url, "[url]") or type(error).__name__
        return Answer(taken=False, said=said)


def _read(response: httpx.Response, now: datetime, end: float) -> Answer:
    status, said = response.status_code, _beginning(response, end)
    words = f"{status} {said}".strip()
    if response.is_success:
        return Answer(taken=True, said=words)
    if response.is_redirect:
        return Answer(taken=False, said=f"{status}: redirects are not followed")
    wait = _retry_after(response, now) if status in _BUSY else 0
    return Answer(taken=False, said=words, final=status in _FINAL, after=wait)


def _beginning(response: httpx.Response, end: float) -> str:
    """The first words of an answer, on one line; who is slow to say them is left."""
    content = b""
    for piece in response.iter_raw():
        content += piece
        if len(content) >= _LARGEST or time.monotonic() > end:
            break
    text = content[:_LARGEST].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[
        :_SHOWN
    ]


def _retry_after(response: httpx.Response, now: datetime) -> int:
    """Seconds that the other side asks for: a number, or a date."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return int(said[:9])
    try:
        return max(0, int((parsedate_to_datetime(said) - now).total_seconds()))
    except (ValueError, TypeError):
        return 0
