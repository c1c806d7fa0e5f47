"""
Secrets of a Vault or OpenBao server: the key-value store, version 2, over HTTP.

The interface is described at developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from holdfast.declare import VaultDeclared
from holdfast.drivers.secrets import vault_problems as said
from holdfast.model import Sensitive
from holdfast.ports import SecretSource
from holdfast.problems import HoldfastError

if TYPE_CHECKING:
    import httpx

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_RENEW_AT = 0.9
"""Of a token's life: then another one is asked for."""

Find = Callable[[str], Sensitive | None]


@dataclass(frozen=True, slots=True)
class Place:
    """``mount/path#key@3``: where a value is; version 0 is the newest."""

    mount: str
    path: str
    key: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class _Token:
    """What one is signed in with; ``until`` is of the monotonic clock."""

    value: str
    until: float | None = None


class VaultSecrets:
    """
    ``vault:mount/path#key`` is the newest version, ``...#key@3`` the third.

    ``find`` opens the references to the token or the AppRole's secret id. The token goes
    to the declared address and nowhere else: a redirection is a problem, not followed.
    """

    name = "vault"

    def __init__(
        self,
        declared: VaultDeclared,
        find: Find,
        root: Path,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._declared, self._find, self._root = declared, find, root
        self._address = (declared.address or environ.get("VAULT_ADDR", "")).rstrip("/")
        self._namespace = declared.namespace or environ.get("VAULT_NAMESPACE", "")
        self._clock = clock
        self._token: _Token | None = None

    def open(self, place: str, /) -> Sensitive | None:
        """
        One value; ``None`` when nothing was ever written there.

        Raises ``HoldfastError`` when the server refuses, cannot be reached, or holds
        other keys only.
        """
        where = parsed(place, self._declared.mount)
        self._check_address()
        answer = self._asked(where)
        if answer is None:
            return None
        data, metadata = answer.get("data") or {}, answer.get("metadata") or {}
        if where.key not in data:
            raise HoldfastError(said.no_key(place, where.key, data))
        value = data[where.key]
        text = value if isinstance(value, str) else _as_json(value)
        return Sensitive(place, f"vault-{metadata.get('version', 0)}", text)

    def has(self, place: str, /) -> bool:
        """
        Whether a value is there, by the names of its keys alone: none is opened.

        Raises ``HoldfastError`` when that is not known, and when the version was deleted
        or has other keys.
        """
        where = parsed(place, self._declared.mount)
        self._check_address()
        answer = self._asked(where, "subkeys")
        if answer is None:
            return False
        keys = _mapping(answer.get("subkeys"))
        if where.key not in keys:
            raise HoldfastError(said.no_key(place, where.key, keys))
        return True

    def _asked(self, where: Place, what: str = "data") -> Mapping[str, Any] | None:
        path = f"{_quoted(where.mount)}/{what}/{_quoted(where.path)}"
        query = f"?version={where.version}" if where.version else ""
        with self._client() as client:
            fresh = self._is_stale()
            token = self._sign_in(client)
            response = self._send(client, "GET", f"{path}{query}", token)
            if response.status_code == HTTPStatus.FORBIDDEN and not fresh:
                self._token = None
                again = self._sign_in(client)
                response = self._send(client, "GET", f"{path}{query}", again)
        body = _json(response)
        if response.status_code == HTTPStatus.OK:
            return _mapping(body.get("data"))
        if response.status_code == HTTPStatus.NOT_FOUND:
            metadata = _mapping(_mapping(body.get("data")).get("metadata"))
            if metadata:
                raise HoldfastError(
                    said.deleted(f"{where.mount}/{where.path}", metadata)
                )
            return None
        raise HoldfastError(said.refused(self._address, response, body))

    def _sign_in(self, client: "httpx.Client") -> str:
        """The declared token, or one that AppRole gives for as long as it lives."""
        if not self._declared.role_id:
            return self._need(self._declared.token)
        if self._token is None or self._is_stale():
            told = {
                "role_id": self._declared.role_id,
                "secret_id": self._need(self._declared.secret_id or ""),
            }
            path = f"auth/{_quoted(self._declared.approle)}/login"
            response = self._send(client, "POST", path, "", told)
            body = _json(response)
            auth = _mapping(body.get("auth"))
            if response.status_code != HTTPStatus.OK or "client_token" not in auth:
                raise HoldfastError(said.refused(self._address, response, body))
            life = float(auth.get("lease_duration") or 0)
            until = self._clock() + life * _RENEW_AT if life else None
            self._token = _Token(str(auth["client_token"]), until)
        return self._token.value

    def _is_stale(self) -> bool:
        token = self._token
        if token is None:
            return True
        return token.until is not None and self._clock() >= token.until

    def _need(self, reference: str) -> str:
        found = self._find(reference) if reference else None
        if found is None:
            raise HoldfastError(said.no_token(reference))
        return found.reveal()

    def _client(self) -> "httpx.Client":
        import httpx

        trusted: bool | ssl.SSLContext = True
        if self._declared.ca:
            try:
                trusted = ssl.create_default_context(
                    cafile=self._root / self._declared.ca
                )
            except OSError as error:
                raise HoldfastError(said.no_ca(self._declared.ca, error)) from error
        return httpx.Client(
            base_url=f"{self._address}/v1/",
            verify=trusted,
            timeout=self._declared.timeout,
            follow_redirects=False,
        )

    def _send(
        self,
        client: "httpx.Client",
        method: str,
        path: str,
        token: str,
        body: Mapping[str, str] | None = None,
    ) -> "httpx.Response":
        import httpx

        headers = {"X-Vault-Request": "true"}
        headers |= {"X-Vault-Token": token} if token else {}
        headers |= {"X-Vault-Namespace": self._namespace} if self._namespace else {}
        try:
            response = client.request(method, path, headers=headers, json=body)
        except httpx.TimeoutException as error:
            raise HoldfastError(
                said.timed_out(self._address, self._declared.timeout)
            ) from error
        except httpx.HTTPError as error:
            raise HoldfastError(said.unreachable(self._address, str(error))) from error
        if response.is_redirect:
            target = response.headers.get("location", "")
            raise HoldfastError(said.redirected(self._address, target))
        return response

    def _check_address(self) -> None:
        told = urlsplit(self._address)
        if not told.hostname:
            raise HoldfastError(said.no_address(self._address))
        if told.scheme != "https" and told.hostname not in _LOOPBACK:
            raise HoldfastError(said.insecure(self._address))


def parsed(place: str, mount: str | None) -> Place:
    """Read ``mount/path#key@3``; raises ``HoldfastError`` (secret.bad-reference)."""
    path, hashed, key = place.partition("#")
    key, pinned, version = key.rpartition("@") if "@" in key else (key, "", "")
    if mount and path.startswith(f"{mount}/"):
        first, rest = mount, path.removeprefix(f"{mount}/")
    else:
        first, _, rest = path.partition("/")
    odd = any(part in ("", ".", "..") for part in rest.split("/"))
    if not (hashed and key and first) or odd or (pinned and not version.isdecimal()):
        raise HoldfastError(said.bad_reference(place))
    return Place(first, rest, key, int(version or 0))


def _quoted(path: str) -> str:
    return quote(path, safe="/")


def _json(response: "httpx.Response") -> Mapping[str, Any]:
    try:
        return _mapping(response.json())
    except ValueError:
        return {}


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _as_json(value: object) -> str:
    import json

    return json.dumps(value)


_: type[SecretSource] = VaultSecrets
