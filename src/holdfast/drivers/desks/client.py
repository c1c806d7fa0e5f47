"""One server, asked over HTTP; what it refuses is a problem here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from holdfast.ports import Reply
from holdfast.problems import HoldfastError, Problem

_TIMEOUT = 30.0


class Asking:
    """A connection to the API of a server; who asks is who the token is of."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The object at a path; raises ``HoldfastError``."""
        return self.ask("GET", path, params=params).json()

    def post(self, path: str, body: Mapping[str, Any], key: str = "") -> Any:
        """What is answered to an object, once for a ``key``; raises ``HoldfastError``."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", path, json=body, headers=headers).json()

    def deliver(self, hook: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """
        What a sender is told who brings these bytes to an endpoint.

        Raises ``HoldfastError`` when the server does not answer.
        """
        try:
            response = httpx.post(
                f"{self._url.rstrip('/')}/hooks/{quote(hook)}",
                headers=dict(headers),
                content=body,
                timeout=_TIMEOUT,
            )
        except httpx.HTTPError as error:
            raise HoldfastError(_unreachable(self._url, error)) from error
        return Reply(response.status_code, response.text.rstrip("\n"))

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request; raises ``HoldfastError`` for whatever is no success."""
        try:
            response = self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            raise HoldfastError(_unreachable(self._url, error)) from error
        if response.is_success:
            return response
        raise HoldfastError(_problem(response))


def _problem(response: httpx.Response) -> Problem:
    """A problem as the server said it; any other answer is one too."""
    try:
        told = response.json()
        code, summary = str(told["code"]), str(told["title"])
    except (ValueError, KeyError, TypeError):
        return Problem(
            code="desks.odd-answer",
            summary=f"The server answered with {response.status_code}",
            detail=response.text[:300],
            next_step="Look at the server's own output.",
        )
    detail, next_step = str(told.get("detail", "")), str(told.get("next_step", ""))
    return Problem(code=code, summary=summary, detail=detail, next_step=next_step)


def _unreachable(url: str, error: Exception) -> Problem:
    return Problem(
        code="desks.unreachable",
        summary=f"The server at {url} does not answer",
        detail=f"{error}. Whether it was asked for anything is not known.",
        next_step="Is it running? Start it with: holdfast serve",
    )
