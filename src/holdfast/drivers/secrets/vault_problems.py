"""What can be wrong with a Vault server, said so that it can be put right."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from holdfast.problems import Problem, did_you_mean

if TYPE_CHECKING:
    import httpx

_STATES = {
    429: "is a standby that answers nothing, or asks for fewer requests",
    472: "is a replica for disaster recovery and not in use",
    473: "is a standby for performance and does not answer this",
    501: "is not initialised",
    503: "is sealed or being maintained",
}
_DENIED = 403


def bad_reference(place: str) -> Problem:
    """A place that is none."""
    return Problem(
        code="secret.bad-reference",
        summary=f"`vault:{place}` names no value",
        detail="Wanted is vault:MOUNT/PATH#KEY, with @VERSION for another than the newest.",
        next_step="vault:kv/shop/db#password",
    )


def no_address(address: str) -> Problem:
    """Nobody said where the server is."""
    return Problem(
        code="secret.vault-no-address",
        summary="It is not said where the Vault server is",
        detail=f"Seen: {address or 'nothing'}. Nothing was asked.",
        next_step="Write secrets: {vault: {address: https://...}} or set VAULT_ADDR.",
    )


def insecure(address: str) -> Problem:
    """The token would travel in clear."""
    return Problem(
        code="secret.vault-insecure",
        summary="The Vault server's address has no TLS",
        detail=f"{address}: the token would travel in clear. Nothing was sent.",
        next_step="Use its https address.",
    )


def no_ca(path: str, error: OSError) -> Problem:
    """The declared certificates cannot be used."""
    return Problem(
        code="secret.vault-ca",
        summary="The certificates for the Vault server cannot be read",
        detail=f"{path}: {error.strerror or error}. Nothing was sent.",
        next_step="Put a PEM file there, or leave `ca:` out for those of the system.",
    )


def no_token(reference: str) -> Problem:
    """There is nothing to sign in with."""
    return Problem(
        code="secret.vault-no-token",
        summary="There is nothing to sign in to Vault with",
        detail=f"`{reference}` is not there. Nothing was asked.",
        next_step="Set VAULT_TOKEN, or write role_id: and secret_id: below vault:.",
    )


def redirected(address: str, target: str) -> Problem:
    """The server sends us elsewhere; the token stays here."""
    where = target.partition("?")[0]
    return Problem(
        code="secret.vault-redirected",
        summary="The Vault server sends its clients elsewhere",
        detail=f"{address} points to {where}. The token was not sent there.",
        next_step="Write the address of the active server, or of its load balancer.",
    )


def timed_out(address: str, seconds: float) -> Problem:
    """No answer in time."""
    return Problem(
        code="secret.vault-timeout",
        summary=f"Vault did not answer within {seconds:g} s",
        detail=f"{address}. Nothing was changed.",
        next_step="Try again, or raise `timeout:` below vault:.",
    )


def unreachable(address: str, why: str) -> Problem:
    """No connection."""
    return Problem(
        code="secret.vault-unreachable",
        summary="Vault cannot be reached",
        detail=f"{address}: {why}. Nothing was changed.",
        next_step=f"Look from this machine: curl {address}/v1/sys/health",
    )


def refused(
    address: str, response: "httpx.Response", body: Mapping[str, Any]
) -> Problem:
    """Anything but a value: denied, sealed, or what we do not know."""
    errors = body.get("errors")
    words = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    status = response.status_code
    detail = (
        f"{address} answered {status}: {words or 'nothing more'}. Nothing was changed."
    )
    if status == _DENIED:
        return Problem(
            code="secret.vault-denied",
            summary="Vault does not permit that to this token",
            detail=detail,
            next_step="Ask whoever keeps Vault for a policy with `read` on that path.",
        )
    if status in _STATES:
        return Problem(
            code="secret.vault-not-ready",
            summary=f"The Vault server {_STATES[status]}",
            detail=detail,
            next_step=f"Look: curl {address}/v1/sys/health",
        )
    return Problem(
        code="secret.vault-failed",
        summary="Vault answered something that is no secret",
        detail=detail,
        next_step="Check the address, and that the mount is a kv store of version 2.",
    )


def deleted(path: str, metadata: Mapping[str, Any]) -> Problem:
    """The version was taken away."""
    gone = "destroyed" if metadata.get("destroyed") else "deleted"
    when = metadata.get("deletion_time") or "at a time that is not known"
    return Problem(
        code="secret.vault-deleted",
        summary=f"Version {metadata.get('version', '?')} of {path} was {gone}",
        detail=f"Since {when}. Nothing was changed.",
        next_step=f"vault kv undelete, or write it anew: vault kv put {path} ...",
    )


def no_key(place: str, key: str, known: Iterable[str]) -> Problem:
    """There are values, not this one."""
    names = sorted(known)
    return Problem(
        code="secret.vault-no-key",
        summary=f"There is no `{key}` in vault:{place.partition('#')[0]}",
        detail=f"Known there: {', '.join(names) or 'nothing'}.",
        next_step=did_you_mean(key, names) or f"Write one of: {', '.join(names)}",
    )
