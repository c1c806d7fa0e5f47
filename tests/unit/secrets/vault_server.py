"""
A small stand-in for a Vault server: tokens, AppRole, key-value store of version 2.

No Vault can be had where these tests run; the answers are as the interface's
documentation gives them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Mapping[str, Any], Mapping[str, str]]
DENIED: Answer = (403, {"errors": ["permission denied"]}, {})


@dataclass
class Vault:
    """What the server knows and what it was asked."""

    address: str = ""
    tokens: set[str] = field(default_factory=lambda: {"root-token"})
    roles: dict[str, str] = field(default_factory=dict)
    lease: int = 3600
    namespace: str = ""
    values: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)
    odd: Callable[[str], Answer | None] = lambda _path: None
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: Any
    ) -> Answer:
        told = urlsplit(path)
        self.asked.append((method, path, headers))
        odd = self.odd(path)
        if odd:
            return odd
        if self.namespace != headers.get("x-vault-namespace", ""):
            return 404, {"errors": ["no handler for route"]}, {}
        if told.path.endswith("/login"):
            return self._login(body)
        if headers.get("x-vault-token") not in self.tokens:
            return DENIED
        asked = "/subkeys/" if "/subkeys/" in told.path else "/data/"
        mount, _, rest = told.path.removeprefix("/v1/").partition(asked)
        version = parse_qs(told.query).get("version", ["0"])[0]
        found = self._read(f"{mount}/{rest}", version)
        return _without_values(found) if asked == "/subkeys/" else found

    def _login(self, body: Any) -> Answer:
        if self.roles.get(body["role_id"]) != body["secret_id"]:
            return 400, {"errors": ["invalid role or secret ID"]}, {}
        token = f"s.{len(self.asked)}"
        self.tokens.add(token)
        auth = {"client_token": token, "lease_duration": self.lease, "renewable": True}
        return 200, {"auth": auth}, {}

    def _read(self, path: str, version: str) -> Answer:
        versions = self.values.get(path)
        if versions is None or int(version) > len(versions):
            return 404, {"errors": []}, {}
        number = int(version) or len(versions)
        value = versions[number - 1]
        metadata: dict[str, Any] = {"version": number, "destroyed": False}
        metadata["deletion_time"] = "" if value else "2026-11-01T00:00:00Z"
        data = {"data": value, "metadata": metadata}
        return (200 if value else 404), {"lease_duration": 0, "data": data}, {}


def _without_values(found: Answer) -> Answer:
    """The keys a version has, as ``subkeys`` gives them."""
    status, told, more = found
    data = dict(told.get("data") or {})
    if "data" in data:
        data["subkeys"] = dict.fromkeys(data.pop("data") or {})
    return status, {**told, "data": data}, more


@contextmanager
def served(vault: Vault) -> Iterator[Vault]:
    """Serve it on loopback as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            size = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(size)) if size else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told, more = vault.answer(self.command, self.path, headers, body)
            raw = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {**more, "content-length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _any  # noqa: N815 - the library's own names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vault.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield vault
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
